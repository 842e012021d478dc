# Every command against the demo tenant, with the built program: npm run build.
BeforeAll {
    . (Join-Path $PSScriptRoot 'DemoTenant.ps1')
    Import-Module (Join-Path $PSScriptRoot '../Consentinel/Consentinel.psd1') -Force
    $tenant = Start-DemoTenant
    $scan = Invoke-ConsentinelScan
    $keys = @(Get-ConsentinelFinding -Rule no-symmetric-signing-key)
    function Get-Problem { param([string] $Name) Get-ConsentinelFinding -Search $Name -Rule no-symmetric-signing-key }
}
AfterAll { if ($tenant) { Stop-DemoTenant $tenant } }

Describe 'Invoke-ConsentinelScan' {
    It 'returns the scan with its counts' {
        $scan.status | Should -Be 'complete'
        $scan.findings.new | Should -BeGreaterThan 40
        $scan.startedAt | Should -BeOfType [datetime]
    }
    It 'scans nothing with -WhatIf' {
        Invoke-ConsentinelScan -WhatIf | Should -BeNullOrEmpty
    }
}

Describe 'Get-ConsentinelFinding' {
    It 'returns objects with a table view' {
        $keys[0].PSObject.TypeNames[0] | Should -Be 'Consentinel.Finding'
        $keys | Out-String -Width 120 | Should -Match '(?m)^Id +Severity +Status +Problem +Object'
    }
    It 'selects by severity, search and number' {
        $found = @(Get-ConsentinelFinding -Severity high -Top 3)
        $found.Count | Should -Be 3
        $found.severity | Should -Not -Contain 'medium'
        (Get-ConsentinelFinding -Search 'Payroll Sync').displayName | Should -Contain 'Payroll Sync'
    }
    It 'takes the first digits of an id' {
        (Get-ConsentinelFinding $keys[0].id.Substring(0, 8)).id | Should -Be $keys[0].id
    }
    It 'reports an unknown id, and goes on with the next one' {
        $found = 'ffffffff', $keys[0].id | Get-ConsentinelFinding -ErrorVariable problems -ErrorAction SilentlyContinue
        $found.id | Should -Be $keys[0].id
        "$problems" | Should -Match 'ffffffff'
    }
    It 'ends with the message of the program after a wrong argument' {
        { Get-ConsentinelFinding -Rule bogus } | Should -Throw "*'bogus' is invalid*" -ErrorId 'ConsentinelUsage,Get-ConsentinelFinding'
    }
    It 'reads the settings of -Config, and passes -Tenant' {
        Set-Content settings.json '{ "RULES_OFF": "no-such-rule" }'
        { Invoke-ConsentinelScan -Config settings.json } | Should -Throw '*no-such-rule*'
        { Get-ConsentinelFinding -Tenant not-a-guid } | Should -Throw '*not-a-guid*'
    }
}

Describe 'a decision' {
    It 'approves nothing with -WhatIf' {
        Get-Problem 'Payroll Sync' | Approve-ConsentinelPlan -AcknowledgeWarnings -WhatIf
        (Get-Problem 'Payroll Sync').remediation.status | Should -Be 'proposed'
    }
    It 'is refused without -AcknowledgeWarnings, with the message of the program' {
        Get-Problem 'Payroll Sync' | Approve-ConsentinelPlan -Confirm:$false -ErrorVariable problems -ErrorAction SilentlyContinue
        "$problems" | Should -Match 'The plan has warnings'
    }
    It 'is refused for a plan that a scan has replaced' {
        $stale = Get-Problem 'Payroll Sync'
        $stale.remediation.planHash = 'f' * 64
        $stale | Approve-ConsentinelPlan -AcknowledgeWarnings -Confirm:$false -ErrorVariable problems -ErrorAction SilentlyContinue
        "$problems" | Should -Match 'does not have the hash'
        (Get-Problem 'Payroll Sync').remediation.status | Should -Be 'proposed'
    }
    It 'approves, shows the requests, executes and verifies the plan' {
        $finding = Get-Problem 'Payroll Sync'
        $decision = $finding | Approve-ConsentinelPlan -AcknowledgeWarnings -Comment 'the owner "agrees"' -Confirm:$false
        $decision.remediationStatus | Should -Be 'approved'
        $decision.expiresAt | Should -BeGreaterThan ([datetime]::UtcNow.AddDays(6))
        (Invoke-ConsentinelRemediation -DryRun).requests.method | Should -Be 'PATCH'
        Invoke-ConsentinelRemediation -WhatIf
        (Get-Problem 'Payroll Sync').remediation.status | Should -Be 'approved'
        (Invoke-ConsentinelRemediation -Confirm:$false).status | Should -Be 'applied'
        (Get-ConsentinelFinding $finding.id).status | Should -Be 'resolved'
        $events = Get-ConsentinelHistory $finding.id
        $events.type | Should -Contain 'resolved'
        ($events | Where-Object type -eq 'approved').detail.comment | Should -Be 'the owner "agrees"'
    }
    It 'rejects a plan' {
        (Deny-ConsentinelPlan $keys[2].id -Comment 'not now' -Confirm:$false).remediationStatus | Should -Be 'rejected'
    }
    It 'suppresses a finding, and ends the suppression' {
        $until = [datetime]::UtcNow.Date.AddDays(30)
        $decision = Suspend-ConsentinelFinding $keys[1].id -Reason 'retired in May' -Until $until -Confirm:$false
        $decision.status | Should -Be 'suppressed'
        $decision.suppressedUntil.Date | Should -Be $until
        (Get-ConsentinelFinding -Status suppressed | Resume-ConsentinelFinding -Confirm:$false).status | Should -Be 'open'
    }
}

Describe 'the checks' {
    It 'diagnose a sign-in from a finding' {
        $diagnosis = $keys[3] | Test-ConsentinelSignIn -Code AADSTS50000
        ($diagnosis.steps | Where-Object { $_.cause -eq 'symmetric-key' }).outcome | Should -Contain 'fails'
        $diagnosis | Out-String | Should -Match 'Cause +:'
    }
    It 'check the installation' {
        (Test-ConsentinelInstallation | Where-Object check -eq 'settings').outcome | Should -Be 'ok'
    }
    It 'check the audit trail' {
        $audit = Test-ConsentinelAudit
        $audit.intact | Should -BeTrue
        @($audit.chains).Count | Should -BeGreaterThan 10
        Test-ConsentinelAudit -Quiet | Should -BeTrue
    }
}

Describe 'Export-ConsentinelReport' {
    It 'writes the format of the extension, relative to the location of PowerShell' {
        New-Item -ItemType Directory reports | Out-Null
        $file = Export-ConsentinelReport reports/tenant.csv
        $file.FullName | Should -Be (Join-Path (Get-Location) 'reports/tenant.csv')
        (Import-Csv $file.FullName)[0].severity | Should -Be 'high'
    }
    It 'ends with the message of the program where it cannot write' {
        { Export-ConsentinelReport no-folder/report.html } | Should -Throw '*folder does not exist*'
    }
}
