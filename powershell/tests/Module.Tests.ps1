# The module as a package: manifest, help, and syntax.
BeforeDiscovery {
    $module = Join-Path $PSScriptRoot '../Consentinel/Consentinel.psd1'
    Import-Module $module -Force
    $commands = @(Get-Command -Module Consentinel | ForEach-Object { @{ Name = $_.Name } })
    $files = @(Get-ChildItem (Join-Path $PSScriptRoot '../Consentinel') -Recurse -File | ForEach-Object { @{ Name = $_.Name; Path = $_.FullName } })
    $scripts = @($files | Where-Object { $_.Name -match '\.psm?1$' })
    $changing = 'Approve-ConsentinelPlan', 'Deny-ConsentinelPlan', 'Export-ConsentinelData', 'Export-ConsentinelReport',
    'Import-ConsentinelData', 'Invoke-ConsentinelRemediation', 'Invoke-ConsentinelScan', 'Invoke-ConsentinelSentinel',
    'Resume-ConsentinelFinding', 'Suspend-ConsentinelFinding', 'Undo-ConsentinelPlan' | ForEach-Object { @{ Name = $_ } }
}

Describe 'the module' {
    It 'has a valid manifest with the version of the npm package' {
        $manifest = Test-ModuleManifest (Join-Path $PSScriptRoot '../Consentinel/Consentinel.psd1')
        $package = Get-Content (Join-Path $PSScriptRoot '../../package.json') -Raw | ConvertFrom-Json
        "$($manifest.Version)" | Should -Be $package.version
    }
    It 'exports one function per file of Public, with approved verbs only' {
        $names = (Get-ChildItem (Join-Path $PSScriptRoot '../Consentinel/Public')).BaseName | Sort-Object
        (Get-Command -Module Consentinel).Name | Sort-Object | Should -Be $names
        (Get-Command -Module Consentinel).Verb | Should -BeIn (Get-Verb).Verb
    }
    It 'documents <Name> with examples and every parameter' -ForEach $commands {
        $help = Get-Help $Name -Full
        $help.Synopsis | Should -Match '\.$'
        @($help.examples.example).Count | Should -BeGreaterThan 0
        foreach ($parameter in $help.parameters.parameter | Where-Object name -NotIn 'WhatIf', 'Confirm') {
            "$($parameter.name): $($parameter.description.Text)" | Should -Match ': .+\.'
        }
    }
    It 'asks before <Name> changes something' -ForEach $changing {
        (Get-Command $Name).Parameters.Keys | Should -Contain 'WhatIf'
    }
    It 'contains ASCII only in <Name>, as Windows PowerShell 5.1 requires' -ForEach $files {
        [IO.File]::ReadAllText($Path) | Should -Not -Match '[^\x00-\x7f]'
    }
    It 'uses the syntax of Windows PowerShell 5.1 in <Name>' -ForEach $scripts {
        $tokens = $errors = $null
        $tree = [Management.Automation.Language.Parser]::ParseFile($Path, [ref] $tokens, [ref] $errors)
        $errors | Should -BeNullOrEmpty
        $newer = $tree.FindAll({ $args[0].GetType().Name -in 'TernaryExpressionAst', 'PipelineChainAst' -or $args[0].NullConditional }, $true)
        $newer | Should -BeNullOrEmpty
        $tokens.Kind | Should -Not -Contain 'QuestionQuestion'
        $tokens.Kind | Should -Not -Contain 'QuestionQuestionEquals'
    }
    It 'is valid XML in its views' {
        { [xml] (Get-Content (Join-Path $PSScriptRoot '../Consentinel/Consentinel.Format.ps1xml') -Raw) } | Should -Not -Throw
    }
}

Describe 'the run of the program' {
    BeforeEach { $env:CONSENTINEL_CLI = $null }
    AfterAll { $env:CONSENTINEL_CLI = $null }

    It 'passes every text unchanged as one argument' {
        $texts = '', 'a b', '"', 'say "hi"', 'C:\folder\', 'C:\my folder\', '\\"', '$(x) %PATH% & | ^', "line`nline"
        $probe = Join-Path $TestDrive 'probe.js'
        Set-Content $probe 'console.log(JSON.stringify(process.argv.slice(2)))'
        $env:CONSENTINEL_CLI = "node `"$probe`""
        $run = InModuleScope Consentinel -Parameters @{ Texts = $texts } { param($Texts) Invoke-Cli -Argument $Texts }
        $run.Text | ConvertFrom-Json | Should -Be $texts
    }
    It 'keeps UTF-8, and shows control characters instead of sending them to the terminal' {
        $probe = Join-Path $TestDrive 'names.js'
        Set-Content $probe 'console.log(String.raw`[{"id":"a","name":"Zo\u00eb \u001b[2J \u202e \\u001b \r"}]`)'
        $env:CONSENTINEL_CLI = "node `"$probe`""
        (Get-ConsentinelRule).name | Should -BeExactly ('Zo' + [char] 0xeb + ' \u001b[2J \u202e \u001b \r')
    }
    It 'names the variable if the program does not exist' {
        $env:CONSENTINEL_CLI = 'no-such-program'
        { Get-ConsentinelRule } | Should -Throw '*no-such-program*CONSENTINEL_CLI*'
    }
    It 'finds the program of the package that it is a part of' {
        @(Get-ConsentinelRule).Count | Should -BeGreaterThan 20
    }
}
