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

Describe 'Undo-ConsentinelPlan' {
    BeforeAll {
        $policy = Get-ConsentinelFinding -Rule no-symmetric-key-addition
        $policy | Approve-ConsentinelPlan -AcknowledgeWarnings -Confirm:$false | Out-Null
        Invoke-ConsentinelRemediation -Confirm:$false | Out-Null
        function Get-Policy { Get-ConsentinelFinding $policy.id }
        function Get-Offer { param($Finding) InModuleScope Consentinel -Parameters @{ Subject = $Finding } { Get-UndoText $Subject } }
    }
    It 'proposes nothing with -WhatIf' {
        Undo-ConsentinelPlan $policy.id -WhatIf | Should -BeNullOrEmpty
        (Get-Policy).remediation.status | Should -Be 'applied'
        Get-Offer (Get-Policy) | Should -Be 'PATCH /policies/defaultAppManagementPolicy'
        Get-Offer $keys[4] | Should -Be 'no applied plan'
    }
    It 'reports a finding without an applied plan, and goes on with the next one' {
        $plan = $keys[4], (Get-Policy) | Undo-ConsentinelPlan -ErrorVariable problems -ErrorAction SilentlyContinue
        "$problems" | Should -Match 'no applied remediation'
        $problems.TargetObject | Should -Be $keys[4].id
        $plan.PSObject.TypeNames[0] | Should -Be 'Consentinel.UndoPlan'
        $plan.remediationStatus | Should -Be 'proposed'
        $plan.undoes | Should -Not -BeNullOrEmpty
        $plan | Out-String -Width 120 | Should -Match '(?m)^Finding +Plan +Requests +Warnings.*\n.*\n.* proposed +PATCH /policies/'
        $plan | Format-List | Out-String -Width 400 | Should -Match '"isEnabled":false'
        (Get-Policy).remediation.status | Should -Be 'proposed'
        Get-Offer (Get-Policy) | Should -Match '^already proposed: PATCH /policies/defaultAppManagementPolicy; The undo brings'
    }
    It 'restores the policy after an approval' {
        Undo-ConsentinelPlan $policy.id.Substring(0, 8) | Approve-ConsentinelPlan -AcknowledgeWarnings -Confirm:$false | Out-Null
        (Invoke-ConsentinelRemediation -Confirm:$false).note | Should -Match '^Undone and verified'
        Undo-ConsentinelPlan $policy.id -ErrorVariable problems -ErrorAction SilentlyContinue | Should -BeNullOrEmpty
        "$problems" | Should -Match 'This was an undo'
        Get-Offer (Get-Policy) | Should -Match '^This was an undo'
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

Describe 'Export-ConsentinelData and Import-ConsentinelData' {
    It 'move the findings to another storage, relative to the location of PowerShell' {
        Export-ConsentinelData moved.jsonl -WhatIf | Should -BeNullOrEmpty
        'moved.jsonl' | Should -Not -Exist
        $export = Export-ConsentinelData moved.jsonl -WarningVariable warnings
        $export.file | Should -Be (Join-Path (Get-Location) 'moved.jsonl')
        $warnings | Should -BeNullOrEmpty
        $export | Out-String -Width 120 | Should -Match "SHA-256 +: $($export.sha256)"
        $findings = @(Get-ConsentinelFinding -IncludeResolved).Count
        Invoke-InFolder target {
            Import-ConsentinelData ../moved.jsonl -WhatIf | Should -BeNullOrEmpty
            $import = Import-ConsentinelData ../moved.jsonl -WarningVariable warnings
            $warnings | Should -BeNullOrEmpty
            $import.verified | Should -BeTrue
            $import.written | Should -Be $export.rows
            $import.sha256 | Should -Be $export.sha256
            $import.exportedAt | Should -BeOfType [datetime]
            $import | Out-String -Width 120 | Should -Match "(?s)Rows written +: $($export.rows).*Findings +: $findings"
            @(Get-ConsentinelFinding -IncludeResolved).Count | Should -Be $findings
        }
    }
    It 'export the tenant of -Tenant, and end with the message of the program' {
        $other = '7ea25fe2-7e57-4e57-8e57-0c0ffee00002'
        { Export-ConsentinelData none.jsonl -Tenant $other } | Should -Throw "*no rows of $other*" -ErrorId 'ConsentinelUsage,*'
        { Import-ConsentinelData no-such-file.jsonl } | Should -Throw '*no-such-file.jsonl*'
    }
    It 'move a broken audit trail with -WithBrokenTrail only' {
        Invoke-InFolder broken {
            Import-ConsentinelData ../moved.jsonl | Out-Null
            Edit-AuditTrail
            $thrown = { Export-ConsentinelData broken.jsonl } | Should -Throw '*does not match its hash*verify-audit failed*' -PassThru
            "$thrown" | Should -Not -Match 'chain intact'
            'broken.jsonl' | Should -Not -Exist
            $export = Export-ConsentinelData broken.jsonl -WithBrokenTrail -WarningVariable warnings -WarningAction SilentlyContinue
            $export.faults | Should -Match 'does not match its hash'
            "$warnings" | Should -Match 'does not match its hash'
            "$warnings" | Should -Not -Match 'chain intact'
        }
        Invoke-InFolder broken-target {
            { Import-ConsentinelData ../broken/broken.jsonl } | Should -Throw '*audit trail is broken*'
            $import = Import-ConsentinelData ../broken/broken.jsonl -WithBrokenTrail -ErrorVariable problems `
                -ErrorAction SilentlyContinue -WarningAction SilentlyContinue
            $import.verified | Should -BeFalse
            "$problems" | Should -Match 'did not pass verify-audit'
        }
    }
}

Describe 'Invoke-ConsentinelSentinel' {
    It 'finds a new key' {
        $app = Invoke-Simulator 'directory' @{ action = 'addApplication'; object = @{ displayName = 'Parking Kiosk' } }
        Invoke-Simulator 'directory' @{ action = 'addKey'; collection = 'applications'; id = $app.id } | Out-Null
        Invoke-ConsentinelSentinel -WhatIf | Should -BeNullOrEmpty
        $run = Invoke-ConsentinelSentinel
        $run.PSObject.TypeNames[0] | Should -Be 'Consentinel.SentinelRun'
        $run.status | Should -Be 'complete'
        $run.findings.new | Should -Be 1
        $run | Out-String | Should -Match 'New findings +: 1'
        (Get-Problem 'Parking Kiosk').status | Should -Be 'new'
    }
    It 'sends the alert with -Alert only' {
        { Invoke-ConsentinelSentinel -Alert } | Should -Throw '*No alert channel is configured*' -ErrorId 'ConsentinelUsage,*'
        Invoke-Simulator 'roles' @{ grant = 'Mail.Send' }
        Set-Content mail.json '{ "ALERT_MAIL_FROM": "alerts@example.com", "ALERT_MAIL_TO": "team@example.com" }'
        Invoke-ConsentinelSentinel -Config mail.json | Out-Null
        Invoke-Simulator 'mails' | Should -BeNullOrEmpty
        (Invoke-ConsentinelSentinel -Config mail.json -Alert).alert.failures | Should -BeNullOrEmpty
        @(Invoke-Simulator 'mails').message.subject | Should -Match '^Consentinel: \d+ new findings'
    }
    It 'returns an incomplete run, and reports it' {
        Invoke-InFolder incomplete {
            Invoke-Simulator 'faults' @{ kind = 'status'; status = 403; match = @{ path = '/servicePrincipals' } }
            $run = Invoke-ConsentinelSentinel -ErrorVariable problems -ErrorAction SilentlyContinue -WarningAction SilentlyContinue
            $run.status | Should -Be 'incomplete'
            "$problems" | Should -Match '^The run of the sentinel is incomplete\. permission-missing: .'
            $problems.TargetObject.scanId | Should -Be $run.scanId
        }
    }
    It 'returns a skipped run while a scan runs, and reports it' {
        Invoke-InFolder skipped {
            $scanning = Start-HangingScan
            try {
                $run = Invoke-ConsentinelSentinel -ErrorVariable problems -ErrorAction SilentlyContinue -WarningVariable warnings
            }
            finally { Stop-Process -InputObject $scanning -Force }
            $run.status | Should -Be 'skipped'
            $run | Out-String | Should -Match 'Status +: skipped'
            @($problems).Count | Should -Be 1
            "$problems" | Should -Match '^The run of the sentinel is skipped\. scan-in-progress: The sentinel skips this run\. .*Run the sentinel again'
            # The error says it, so a warning does not.
            $warnings | Should -BeNullOrEmpty
        }
    }
}

Describe 'an alert that a channel does not receive' {
    BeforeAll { Invoke-Simulator 'roles' @{ grant = 'Mail.Send' } }
    It 'is an error beside the <Name> object' -ForEach @(
        @{ Name = 'scan'; Command = 'Invoke-ConsentinelScan' }
        @{ Name = 'sentinel'; Command = 'Invoke-ConsentinelSentinel' }
    ) {
        Invoke-InFolder "undelivered-$Name" {
            Set-Content mail.json '{ "ALERT_MAIL_FROM": "alerts@example.com", "ALERT_MAIL_TO": "team@example.com" }'
            $before = @(Invoke-Simulator 'mails').Count
            Invoke-Simulator 'faults' @{ kind = 'status'; status = 404; match = @{ path = '/users/alerts@example.com/sendMail' } } | Out-Null
            $run = & $Command -Alert -Config mail.json -ErrorVariable problems -ErrorAction SilentlyContinue -WarningVariable warnings
            @(Invoke-Simulator 'mails').Count | Should -Be $before
            $run.status | Should -Be 'complete'
            $run.findings.new | Should -BeGreaterThan 0
            @($problems).Count | Should -Be 1
            "$problems" | Should -Match '^An alert was not delivered\. .*mail.*has not received all open findings\.'
            $problems.FullyQualifiedErrorId | Should -Match '^ConsentinelFailed'
            $problems.TargetObject.scanId | Should -Be $run.scanId
            $warnings | Should -BeNullOrEmpty
            { & $Command -Alert -Config no-such-file.json } | Should -Throw '*no-such-file.json*' -ErrorId 'ConsentinelUsage,*'
        }
    }
}
