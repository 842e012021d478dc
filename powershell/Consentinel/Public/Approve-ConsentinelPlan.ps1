function Approve-ConsentinelPlan {
    <#
    .SYNOPSIS
    Approves the plan of a finding for seven days.
    .DESCRIPTION
    Shows the plan and asks for a confirmation, then approves exactly this plan. If a scan has replaced the plan in the meantime,
    the command fails. Invoke-ConsentinelRemediation or the remediator executes the plan.
    .PARAMETER Id
    The id of a finding, or its first digits (at least four). It can come from the pipeline.
    .PARAMETER Comment
    A comment for the audit trail.
    .PARAMETER AcknowledgeWarnings
    Confirms that you read the warnings of the plan. It is required if the plan has warnings.
    .PARAMETER EndSuppression
    Ends the suppression of the finding with the approval.
    .PARAMETER Tenant
    The directory (tenant) id. It is required if the setting TENANT_IDS has several.
    .PARAMETER Config
    A JSON file with settings. The environment takes precedence.
    .EXAMPLE
    Approve-ConsentinelPlan 5015 -WhatIf

    Shows the requests and the warnings of the plan. Nothing changes.
    .EXAMPLE
    Get-ConsentinelFinding -Rule no-symmetric-signing-key | Approve-ConsentinelPlan -AcknowledgeWarnings -Comment 'CHG-4711'

    Shows plan after plan, and asks for each.
    .OUTPUTS
    Consentinel.Decision
    #>
    [CmdletBinding(SupportsShouldProcess, ConfirmImpact = 'High')]
    [OutputType('Consentinel.Decision')]
    param(
        [Parameter(Mandatory, Position = 0, ValueFromPipeline, ValueFromPipelineByPropertyName)]
        [Alias('FindingId')] [ValidatePattern('^[0-9a-fA-F]{4,16}$')] [string] $Id,
        [string] $Comment,
        [switch] $AcknowledgeWarnings,
        [switch] $EndSuppression,
        [string] $Tenant,
        [string] $Config
    )
    process {
        $finding = Get-Subject -Caller $PSCmdlet -Id $Id -Piped $_
        if (-not $finding) { return }
        if (-not $PSCmdlet.ShouldProcess((Get-SubjectText $finding), "Approve plan ($(Get-PlanText $finding))")) { return }
        $arguments = @('approve', $finding.id)
        if ($finding.PSObject.Properties['remediation']) { $arguments += "--plan=$($finding.remediation.planHash)" }
        if ($Comment) { $arguments += "--comment=$Comment" }
        if ($AcknowledgeWarnings) { $arguments += '--acknowledge-warnings' }
        if ($EndSuppression) { $arguments += '--end-suppression' }
        Invoke-CliCommand -Caller $PSCmdlet -Argument $arguments -TypeName 'Consentinel.Decision' -Target $Id -Continue
    }
}
