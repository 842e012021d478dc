function Deny-ConsentinelPlan {
    <#
    .SYNOPSIS
    Rejects the plan of a finding.
    .DESCRIPTION
    Rejects the plan, and withdraws its approvals. The finding stays open.
    .PARAMETER Id
    The id of a finding, or its first digits (at least four). It can come from the pipeline.
    .PARAMETER Comment
    A comment for the audit trail.
    .PARAMETER Tenant
    The directory (tenant) id. It is required if the setting TENANT_IDS has several.
    .PARAMETER Config
    A JSON file with settings. The environment takes precedence.
    .EXAMPLE
    Deny-ConsentinelPlan 5015 -Comment 'The owner moves the app first.'
    .OUTPUTS
    Consentinel.Decision
    #>
    [CmdletBinding(SupportsShouldProcess, ConfirmImpact = 'Medium')]
    [OutputType('Consentinel.Decision')]
    param(
        [Parameter(Mandatory, Position = 0, ValueFromPipeline, ValueFromPipelineByPropertyName)]
        [Alias('FindingId')] [ValidatePattern('^[0-9a-fA-F]{4,16}$')] [string] $Id,
        [string] $Comment,
        [string] $Tenant,
        [string] $Config
    )
    process {
        $finding = Get-Subject -Caller $PSCmdlet -Id $Id -Piped $_
        if (-not $finding) { return }
        if (-not $PSCmdlet.ShouldProcess((Get-SubjectText $finding), "Reject plan ($(Get-PlanText $finding))")) { return }
        $arguments = @('reject', $finding.id)
        if ($Comment) { $arguments += "--comment=$Comment" }
        Invoke-CliCommand -Caller $PSCmdlet -Argument $arguments -TypeName 'Consentinel.Decision' -Target $Id -Continue
    }
}
