function Get-ConsentinelRule {
    <#
    .SYNOPSIS
    Gets the rules: problem, severity, error codes for users, and required permissions.
    .DESCRIPTION
    The catalogue src/rules/README.md describes each rule.
    .PARAMETER Id
    Only the rules with this id; * and ? are wildcards.
    .EXAMPLE
    Get-ConsentinelRule require-*
    .OUTPUTS
    Consentinel.Rule
    #>
    [CmdletBinding()]
    [OutputType('Consentinel.Rule')]
    param(
        [Parameter(Position = 0)] [SupportsWildcards()] [string] $Id = '*'
    )
    Invoke-CliCommand -Caller $PSCmdlet -Argument 'rules' -TypeName 'Consentinel.Rule' | Where-Object { $_.id -like $Id }
}
