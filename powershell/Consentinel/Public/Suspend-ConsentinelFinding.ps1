function Suspend-ConsentinelFinding {
    <#
    .SYNOPSIS
    Suppresses a finding until a date.
    .DESCRIPTION
    A suppressed finding causes no alert. The suppression ends early if the evidence changes.
    .PARAMETER Id
    The id of a finding, or its first digits (at least four). It can come from the pipeline.
    .PARAMETER Reason
    Why you suppress the finding, 3 to 500 characters.
    .PARAMETER Until
    The end of the suppression, a date within one year.
    .PARAMETER Tenant
    The directory (tenant) id. It is required if the setting TENANT_IDS has several.
    .PARAMETER Config
    A JSON file with settings. The environment takes precedence.
    .EXAMPLE
    Suspend-ConsentinelFinding 5015 -Reason 'retired in May' -Until (Get-Date).AddMonths(3)
    .OUTPUTS
    Consentinel.Decision
    #>
    [CmdletBinding(SupportsShouldProcess, ConfirmImpact = 'Medium')]
    [OutputType('Consentinel.Decision')]
    param(
        [Parameter(Mandatory, Position = 0, ValueFromPipeline, ValueFromPipelineByPropertyName)]
        [Alias('FindingId')] [ValidatePattern('^[0-9a-fA-F]{4,16}$')] [string] $Id,
        [Parameter(Mandatory)] [string] $Reason,
        [Parameter(Mandatory)] [datetime] $Until,
        [string] $Tenant,
        [string] $Config
    )
    process {
        $finding = Get-Subject -Caller $PSCmdlet -Id $Id -Piped $_
        if (-not $finding) { return }
        $date = $Until.ToString('yyyy-MM-dd', [cultureinfo]::InvariantCulture)
        if (-not $PSCmdlet.ShouldProcess((Get-SubjectText $finding), "Suppress until $date")) { return }
        $arguments = 'suppress', $finding.id, "--reason=$Reason", "--until=$date"
        Invoke-CliCommand -Caller $PSCmdlet -Argument $arguments -TypeName 'Consentinel.Decision' -Target $Id -Continue
    }
}
