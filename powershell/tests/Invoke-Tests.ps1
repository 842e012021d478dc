# Runs all tests with Pester, and prints one JSON array: name, result and message of each test.
param([Parameter(Mandatory)] [string] $PesterPath)
$ProgressPreference = 'SilentlyContinue'
Import-Module $PesterPath
$configuration = New-PesterConfiguration
$configuration.Run.Path = $PSScriptRoot
$configuration.Run.PassThru = $true
$configuration.Output.Verbosity = 'None'
$run = Invoke-Pester -Configuration $configuration
$results = @($run.Tests | ForEach-Object {
        @{ name = $_.ExpandedPath; result = "$($_.Result)"; message = ($_.ErrorRecord | ForEach-Object { "$_" }) -join "`n" }
    })
# A container or a block that fails has no test of its own.
foreach ($failed in @($run.FailedContainers) + @($run.FailedBlocks)) {
    $results += @{ name = "$failed"; result = 'Failed'; message = ($failed.ErrorRecord | ForEach-Object { "$_" }) -join "`n" }
}
[Console]::Out.WriteLine((ConvertTo-Json -Compress -InputObject $results))
