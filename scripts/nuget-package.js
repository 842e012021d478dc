// Restores one NuGet package with the .NET SDK, without a project of its own.
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';

/**
 * The folder of a NuGet package, restored where it is missing.
 * @param {string} cache the folder of the packages, below .cache/
 * @param {string} id for example `Pester`
 * @param {string} version exact
 * @returns {string | undefined} undefined without the .NET SDK, or if the package cannot be had
 */
export function nugetPackage(cache, id, version) {
  const folder = path.resolve(cache, id.toLowerCase(), version);
  if (!existsSync(folder)) restore(path.resolve(cache), id, version);
  return existsSync(folder) ? folder : undefined;
}

/** Restores one package with a project that contains nothing else. */
function restore(folder, id, version) {
  mkdirSync(folder, { recursive: true });
  const project = path.join(folder, `${id.toLowerCase()}.csproj`);
  writeFileSync(
    project,
    `<Project Sdk="Microsoft.NET.Sdk">
  <PropertyGroup><TargetFramework>net8.0</TargetFramework><DisableImplicitFrameworkReferences>true</DisableImplicitFrameworkReferences></PropertyGroup>
  <ItemGroup><PackageDownload Include="${id}" Version="[${version}]" /></ItemGroup>
</Project>
`,
  );
  spawnSync('dotnet', ['restore', project, '--packages', folder, '--nologo'], { stdio: 'ignore', timeout: 300_000 });
}
