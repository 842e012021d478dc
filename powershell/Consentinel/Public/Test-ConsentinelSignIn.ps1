function Test-ConsentinelSignIn {
    <#
    .SYNOPSIS
    Finds the root cause of a failed sign-in.
    .DESCRIPTION
    Checks the app, its consent, its keys and the user with read-only requests. The object has the verdict with cause, code,
    summary and fix, and all steps with their outcome.
    .PARAMETER App
    The application (client) id of the app that fails.
    .PARAMETER User
    The user principal name or object id of the user who cannot sign in.
    .PARAMETER Code
    The error code, for example AADSTS50000, or the text of the error.
    .PARAMETER Request
    A file with the failed token request, its answer or a log. Its content is never shown or stored.
    .PARAMETER Tenant
    The directory (tenant) id. It is required if the setting TENANT_IDS has several.
    .PARAMETER Config
    A JSON file with settings. The environment takes precedence.
    .EXAMPLE
    Test-ConsentinelSignIn -App 47069feb-c8d1-47f4-a5fe-be621352472d -Code AADSTS50000
    .EXAMPLE
    (Test-ConsentinelSignIn -App 47069feb-c8d1-47f4-a5fe-be621352472d).steps | Where-Object outcome -eq 'fails'

    Only the failed steps.
    .OUTPUTS
    Consentinel.Diagnosis
    #>
    [CmdletBinding()]
    [OutputType('Consentinel.Diagnosis')]
    param(
        [Parameter(Mandatory, Position = 0, ValueFromPipelineByPropertyName)] [Alias('AppId')] [string] $App,
        [string] $User,
        [string] $Code,
        [string] $Request,
        [string] $Tenant,
        [string] $Config
    )
    process {
        $arguments = @('diagnose', "--app=$App")
        if ($User) { $arguments += "--user=$User" }
        if ($Code) { $arguments += "--code=$Code" }
        if ($Request) { $arguments += "--request=$($PSCmdlet.GetUnresolvedProviderPathFromPSPath($Request))" }
        Invoke-CliCommand -Caller $PSCmdlet -Argument $arguments -TypeName 'Consentinel.Diagnosis' -Target $App -Continue
    }
}
