@{
    RootModule           = 'Consentinel.psm1'
    ModuleVersion        = '0.1.0'
    GUID                 = '6f0c1f0e-3b0e-4e56-9d2b-7a1c5f0f4d11'
    Author               = 'Consentinel'
    Copyright            = 'MIT License'
    Description          = 'Finds the root causes of AADSTS50000 in a Microsoft Entra tenant, and fixes them after an approval. Runs the command line of Consentinel.'
    PowerShellVersion    = '5.1'
    CompatiblePSEditions = @('Desktop', 'Core')
    FormatsToProcess     = @('Consentinel.Format.ps1xml')
    FunctionsToExport    = @(
        'Approve-ConsentinelPlan'
        'Deny-ConsentinelPlan'
        'Export-ConsentinelData'
        'Export-ConsentinelReport'
        'Get-ConsentinelFinding'
        'Get-ConsentinelHistory'
        'Get-ConsentinelRule'
        'Import-ConsentinelData'
        'Invoke-ConsentinelRemediation'
        'Invoke-ConsentinelScan'
        'Invoke-ConsentinelSentinel'
        'Resume-ConsentinelFinding'
        'Suspend-ConsentinelFinding'
        'Test-ConsentinelAudit'
        'Test-ConsentinelInstallation'
        'Test-ConsentinelSignIn'
        'Undo-ConsentinelPlan'
    )
    CmdletsToExport      = @()
    VariablesToExport    = @()
    AliasesToExport      = @()
    PrivateData          = @{ PSData = @{ Tags = @('Entra', 'AADSTS50000', 'Security'); LicenseUri = 'https://opensource.org/license/mit' } }
}
