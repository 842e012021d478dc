# Dot-sourced by the scripts of infra/scripts/: the values that they read.

# A value by name: of the environment, else of the azd environment; nothing where there is none. Who only grants
# permissions may not have azd.
function Get-Optional([string]$Name) {
    $given = [Environment]::GetEnvironmentVariable($Name)
    # Windows PowerShell 5.1 takes a redirected message of a program for an error.
    $ErrorActionPreference = 'Continue'
    if (-not $given -and (Get-Command azd -ErrorAction SilentlyContinue)) {
        $given = azd env get-value $Name 2>$null
        if ($LASTEXITCODE -ne 0) { $given = $null }
    }
    $given
}

# The same, for a value that is needed.
function Get-Value([string]$Name) {
    $given = Get-Optional $Name
    if (-not $given) { throw "$Name is not known. Run this where azd has provisioned, or set it as an environment variable." }
    $given
}
