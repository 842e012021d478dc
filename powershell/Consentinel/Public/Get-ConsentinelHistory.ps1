function Get-ConsentinelHistory {
    <#
    .SYNOPSIS
    Gets the events of a finding, the oldest first.
    .DESCRIPTION
    Gets the events of the audit trail about a finding: when it appeared, every decision, every change, and who made it.
    .PARAMETER Id
    The id of a finding, or its first digits (at least four). It can come from the pipeline.
    .PARAMETER Tenant
    The directory (tenant) id. It is required if the setting TENANT_IDS has several.
    .PARAMETER Config
    A JSON file with settings. The environment takes precedence.
    .EXAMPLE
    Get-ConsentinelHistory 5015
    .EXAMPLE
    Get-ConsentinelFinding -Search payroll | Get-ConsentinelHistory | Sort-Object at
    .OUTPUTS
    Consentinel.Event
    #>
    [CmdletBinding()]
    [OutputType('Consentinel.Event')]
    param(
        [Parameter(Mandatory, Position = 0, ValueFromPipeline, ValueFromPipelineByPropertyName)]
        [Alias('FindingId')] [ValidatePattern('^[0-9a-fA-F]{4,16}$')] [string] $Id,
        [string] $Tenant,
        [string] $Config
    )
    process {
        Invoke-CliCommand -Caller $PSCmdlet -Argument 'history', $Id -TypeName 'Consentinel.Event' -Target $Id -Continue
    }
}
