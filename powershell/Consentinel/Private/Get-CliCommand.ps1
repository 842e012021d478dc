# The command line of the program: a file and its first arguments. It is $env:CONSENTINEL_CLI, `consentinel` on the PATH, or
# the program of the npm package that this module is a part of.
function Get-CliCommand {
    [CmdletBinding()]
    param()
    if ($env:CONSENTINEL_CLI) {
        $words = @([regex]::Matches($env:CONSENTINEL_CLI, '"([^"]*)"|(\S+)') |
                ForEach-Object { $_.Groups[1].Value + $_.Groups[2].Value })
        return New-CliCommand -Name $words[0] -Argument @($words | Select-Object -Skip 1) -Origin '$env:CONSENTINEL_CLI'
    }
    if (Get-Command -Name 'consentinel' -CommandType Application -ErrorAction SilentlyContinue) {
        return New-CliCommand -Name 'consentinel' -Argument @() -Origin 'the PATH'
    }
    $script = Join-Path $PSScriptRoot '../../../dist/cli.js'
    if (Test-Path -LiteralPath $script) {
        return New-CliCommand -Name 'node' -Argument @((Resolve-Path -LiteralPath $script).ProviderPath) -Origin 'this module'
    }
    throw 'The program consentinel was not found. Put it on the PATH, or set $env:CONSENTINEL_CLI, for example to "node dist/cli.js".'
}

function New-CliCommand {
    [Diagnostics.CodeAnalysis.SuppressMessageAttribute('PSUseShouldProcessForStateChangingFunctions', '')]
    [CmdletBinding()]
    param([string] $Name, [string[]] $Argument, [string] $Origin)
    $program = Get-Command -Name $Name -CommandType Application -ErrorAction SilentlyContinue | Select-Object -First 1
    if (-not $program) { throw "The program $Name of $Origin was not found. Install it, or correct `$env:CONSENTINEL_CLI." }
    if ($program.Source -notmatch '\.(cmd|bat)$') { return @{ File = $program.Source; Argument = @($Argument) } }
    # cmd.exe would interpret characters of the arguments. The shim of npm starts this script, so node starts it directly.
    $folder = Split-Path -Parent $program.Source
    foreach ($package in 'node_modules/consentinel', '../consentinel') {
        $script = Join-Path $folder "$package/dist/cli.js"
        if (Test-Path -LiteralPath $script) { return New-CliCommand -Name 'node' -Argument (@($script) + $Argument) -Origin $Origin }
    }
    throw "$($program.Source) is a batch file, which cannot receive every text unchanged. Set `$env:CONSENTINEL_CLI to the program, for example to `"node dist/cli.js`"."
}
