# The finding that a command is about: the object of the pipeline, or a lookup by its id.
function Get-Subject {
    [CmdletBinding()]
    param(
        [Parameter(Mandatory)] [Management.Automation.PSCmdlet] $Caller,
        [Parameter(Mandatory)] [string] $Id,
        [object] $Piped
    )
    if ($Piped -and $Piped.PSObject.TypeNames -contains 'Consentinel.Finding' -and $Piped.id -eq $Id) { return $Piped }
    $found = @(Invoke-CliCommand -Caller $Caller -Argument 'findings', "--search=$Id" -TypeName 'Consentinel.Finding' |
            Where-Object { $_.id -like "$Id*" })
    if ($found.Count -eq 1) { return $found[0] }
    if ($found.Count -eq 0) { $message = "No finding has an id that begins with $Id. Get-ConsentinelFinding lists the ids." }
    else { $message = "$($found.Count) findings have an id that begins with $Id`: $($found.id -join ', '). Give more digits." }
    $exception = New-Object System.InvalidOperationException -ArgumentList $message
    $Caller.WriteError((New-Object System.Management.Automation.ErrorRecord -ArgumentList $exception, 'ConsentinelFindingUnknown', 'ObjectNotFound', $Id))
}

# A finding in a question of -Confirm or a line of -WhatIf.
function Get-SubjectText {
    [CmdletBinding()]
    param([Parameter(Mandatory)] [object] $Finding)
    return "$($Finding.id) $($Finding.problem): $($Finding.displayName)"
}

# A plan in one line: its requests, whether it can be undone, and its warnings.
function Get-PlanText {
    [CmdletBinding()]
    param([Parameter(Mandatory)] [object] $Finding)
    if (-not $Finding.PSObject.Properties['remediation']) { return 'no plan' }
    $plan = $Finding.remediation
    $parts = @(@($plan.requests | ForEach-Object { "$($_.method) $($_.path)" }) -join ', ')
    if ($plan.irreversible) { $parts += 'cannot be undone' }
    return (@($parts) + @($plan.warnings) -join '; ')
}

# The undo of an applied plan in one line: its requests, or why there is none.
function Get-UndoText {
    [CmdletBinding()]
    param([Parameter(Mandatory)] [object] $Finding)
    if ($Finding.PSObject.Properties['undo']) {
        $undo = $Finding.undo
        if (-not $undo.offered) { return $undo.reason }
        return @($undo.requests | ForEach-Object { "$($_.method) $($_.path)" }) -join ', '
    }
    $plan = $null
    if ($Finding.PSObject.Properties['remediation']) { $plan = $Finding.remediation }
    if ($plan -and $plan.PSObject.Properties['undoes'] -and 'proposed', 'approved' -contains $plan.status) {
        return "already $($plan.status): $(Get-PlanText $Finding)"
    }
    return 'no applied plan'
}
