function Undo-ConsentinelPlan {
    <#
    .SYNOPSIS
    Proposes the plan that undoes the applied plan of a finding.
    .DESCRIPTION
    Makes a plan that restores the values before the applied plan. It changes nothing in the directory: the new plan needs an
    approval as every plan. If an undo is already proposed, the command returns it. A plan without an undo is an error.
    .PARAMETER Id
    The id of a finding, or its first digits (at least four). It can come from the pipeline.
    .PARAMETER Tenant
    The directory (tenant) id. It is required if the setting TENANT_IDS has several.
    .PARAMETER Config
    A JSON file with settings. The environment takes precedence.
    .EXAMPLE
    Undo-ConsentinelPlan 4213 | Format-List

    Proposes the undo, and shows its requests and warnings.
    .EXAMPLE
    Undo-ConsentinelPlan 4213 | Approve-ConsentinelPlan -AcknowledgeWarnings

    Proposes the undo, shows its plan, and asks for the approval. Invoke-ConsentinelRemediation or the remediator executes it.
    .OUTPUTS
    Consentinel.UndoPlan
    #>
    [CmdletBinding(SupportsShouldProcess, ConfirmImpact = 'Medium')]
    [OutputType('Consentinel.UndoPlan')]
    param(
        [Parameter(Mandatory, Position = 0, ValueFromPipeline, ValueFromPipelineByPropertyName)]
        [Alias('FindingId')] [ValidatePattern('^[0-9a-fA-F]{4,16}$')] [string] $Id,
        [string] $Tenant,
        [string] $Config
    )
    process {
        $finding = Get-Subject -Caller $PSCmdlet -Id $Id -Piped $_
        if (-not $finding) { return }
        if (-not $PSCmdlet.ShouldProcess((Get-SubjectText $finding), "Propose undo ($(Get-UndoText $finding))")) { return }
        $arguments = 'undo', $finding.id
        Invoke-CliCommand -Caller $PSCmdlet -Argument $arguments -TypeName 'Consentinel.UndoPlan' -Target $Id -Continue
    }
}
