function Get-ConsentinelFinding {
    <#
    .SYNOPSIS
    Gets the findings of the scans.
    .DESCRIPTION
    Gets the stored findings, the most severe first. Resolved findings are included with -IncludeResolved or -Status resolved.
    Each object has the members of docs/schema/report.schema.json, for example id, problem, severity, displayName, manualFix
    and remediation (the plan).
    .PARAMETER Id
    The id of a finding, or its first digits (at least four).
    .PARAMETER Status
    Only findings of this status: new, open, suppressed or resolved.
    .PARAMETER Severity
    Only findings of this severity or a higher one.
    .PARAMETER Rule
    Only findings of this rule. Get-ConsentinelRule lists the rules.
    .PARAMETER Search
    Only findings with this text in problem, object, rule or an id.
    .PARAMETER Sort
    The order: severity (default), failing, problem, object or first-seen.
    .PARAMETER Top
    Only the first findings.
    .PARAMETER IncludeResolved
    Includes resolved findings.
    .PARAMETER Tenant
    The directory (tenant) id. It is required if the setting TENANT_IDS has several.
    .PARAMETER Config
    A JSON file with settings. The environment takes precedence.
    .EXAMPLE
    Get-ConsentinelFinding -Severity high -Top 10

    The ten most important findings.
    .EXAMPLE
    Get-ConsentinelFinding -Search payroll | Format-List

    All details of the findings about one app.
    .EXAMPLE
    Get-ConsentinelFinding | Where-Object { $_.remediation.status -eq 'proposed' } | Group-Object problem

    The plans that need a decision, by problem.
    .OUTPUTS
    Consentinel.Finding
    #>
    [CmdletBinding()]
    [OutputType('Consentinel.Finding')]
    param(
        [Parameter(Position = 0, ValueFromPipeline, ValueFromPipelineByPropertyName)]
        [Alias('FindingId')] [ValidatePattern('^[0-9a-fA-F]{4,16}$')] [string] $Id,
        [ValidateSet('new', 'open', 'suppressed', 'resolved')] [string] $Status,
        [ValidateSet('low', 'medium', 'high', 'critical')] [string] $Severity,
        [ArgumentCompleter({ param($c, $p, $word) (Get-ConsentinelRule).id -like "$word*" })] [string] $Rule,
        [string] $Search,
        [ValidateSet('severity', 'failing', 'problem', 'object', 'first-seen')] [string] $Sort,
        [ValidateRange(1, 1000000)] [int] $Top = 1000000,
        [switch] $IncludeResolved,
        [string] $Tenant,
        [string] $Config
    )
    process {
        if ($Id) { return Get-Subject -Caller $PSCmdlet -Id $Id }
        $arguments = @('findings')
        foreach ($name in 'Status', 'Severity', 'Rule', 'Search', 'Sort') {
            if ($PSBoundParameters.ContainsKey($name)) { $arguments += "--$($name.ToLowerInvariant())=$($PSBoundParameters[$name])" }
        }
        $all = $IncludeResolved -or $Status
        $count = 0
        foreach ($finding in Invoke-CliCommand -Caller $PSCmdlet -Argument $arguments -TypeName 'Consentinel.Finding') {
            if (-not $all -and $finding.status -eq 'resolved') { continue }
            if (++$count -gt $Top) { break }
            $finding
        }
    }
}
