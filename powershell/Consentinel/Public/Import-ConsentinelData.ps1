function Import-ConsentinelData {
    <#
    .SYNOPSIS
    Writes the rows of a file of Export-ConsentinelData into the storage.
    .DESCRIPTION
    The storage must have no other rows of the tenants in the file. You can repeat an import that was interrupted. Approvals do not
    move: approve the plans again. If the audit trail is broken after the import, the result is an object and an error. Import only
    files that you exported.
    .PARAMETER Path
    The file that Export-ConsentinelData has written.
    .PARAMETER WithBrokenTrail
    Imports a broken audit trail as it is.
    .PARAMETER Config
    A JSON file with settings. The environment takes precedence.
    .EXAMPLE
    Import-ConsentinelData trial.jsonl
    .EXAMPLE
    Import-ConsentinelData trial.jsonl -WhatIf

    Shows the full path of the file. Nothing is read or written.
    .OUTPUTS
    Consentinel.Import
    #>
    [CmdletBinding(SupportsShouldProcess, ConfirmImpact = 'Medium')]
    [OutputType('Consentinel.Import')]
    param(
        [Parameter(Mandatory, Position = 0)] [string] $Path,
        [switch] $WithBrokenTrail,
        [string] $Config
    )
    $file = $PSCmdlet.GetUnresolvedProviderPathFromPSPath($Path)
    if (-not $PSCmdlet.ShouldProcess($file, 'Import findings, scans and audit trails')) { return }
    $arguments = @('import', $file)
    if ($WithBrokenTrail) { $arguments += '--with-broken-trail' }
    $import = Invoke-CliCommand -Caller $PSCmdlet -Argument $arguments -TypeName 'Consentinel.Import' -Target $file
    if (-not $import.verified) {
        $message = 'The audit trail did not pass verify-audit after the import. Test-ConsentinelAudit shows its faults.'
        $PSCmdlet.WriteError((New-CliError -ExitCode 1 -Message $message -Target $import))
    }
    $import
}
