function Export-ConsentinelReport {
    <#
    .SYNOPSIS
    Writes a report of the tenant to a file.
    .DESCRIPTION
    The report includes resolved findings. An existing file is replaced. Only you can read the new file, because a report shows how
    to attack the tenant.
    .PARAMETER Path
    The output file.
    .PARAMETER Format
    html, csv, sarif or json. Without it, the extension of the file decides.
    .PARAMETER Tenant
    The directory (tenant) id. It is required if the setting TENANT_IDS has several.
    .PARAMETER Config
    A JSON file with settings. The environment takes precedence.
    .EXAMPLE
    Export-ConsentinelReport report.html
    .EXAMPLE
    Export-ConsentinelReport findings.csv | Invoke-Item
    .OUTPUTS
    System.IO.FileInfo
    #>
    [CmdletBinding(SupportsShouldProcess, ConfirmImpact = 'Medium')]
    [OutputType([IO.FileInfo])]
    param(
        [Parameter(Mandatory, Position = 0)] [string] $Path,
        [ValidateSet('html', 'csv', 'sarif', 'json')] [string] $Format,
        [string] $Tenant,
        [string] $Config
    )
    $file = $PSCmdlet.GetUnresolvedProviderPathFromPSPath($Path)
    $chosen = $Format
    if (-not $chosen) { $chosen = [IO.Path]::GetExtension($file).TrimStart('.').ToLowerInvariant() }
    if (-not $PSCmdlet.ShouldProcess($file, "Write $chosen report")) { return }
    $place = @{ Tenant = $Tenant; Config = $Config }
    try { $run = Invoke-Cli -Argument 'report', "--output=$chosen", "--out=$file" @place }
    catch { $PSCmdlet.ThrowTerminatingError($_) }
    if ($run.ExitCode -ne 0) {
        $PSCmdlet.ThrowTerminatingError((New-CliError -ExitCode $run.ExitCode -Message $run.Message -Target $file))
    }
    if ($run.Message) { Write-CliMessage -Message $run.Message }
    Get-Item -LiteralPath $file
}
