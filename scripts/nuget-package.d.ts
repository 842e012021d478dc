export function nugetPackage(cache: string, id: string, version: string): string | undefined;
