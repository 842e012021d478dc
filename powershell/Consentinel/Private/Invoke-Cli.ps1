# Runs the program, and returns its exit code, its result and its messages. Progress and warnings appear while it runs.
function Invoke-Cli {
    [CmdletBinding()]
    param(
        [Parameter(Mandatory)] [AllowEmptyString()] [string[]] $Argument,
        [string] $Tenant,
        [string] $Config
    )
    $command = Get-CliCommand
    $words = @($command.Argument)
    if ($Config) { $words += "--config=$Config" }
    $words += $Argument
    if ($Tenant) { $words += "--tenant=$Tenant" }
    $start = New-Object System.Diagnostics.ProcessStartInfo
    $start.FileName = $command.File
    $start.Arguments = (@($words | ForEach-Object { ConvertTo-QuotedArgument $_ }) -join ' ')
    # The location of PowerShell is not the working directory of its process.
    $start.WorkingDirectory = (Get-Location -PSProvider FileSystem).ProviderPath
    $start.UseShellExecute = $false
    $start.CreateNoWindow = $true
    $start.RedirectStandardInput = $true
    $start.RedirectStandardOutput = $true
    $start.RedirectStandardError = $true
    $start.StandardOutputEncoding = [Text.Encoding]::UTF8
    $start.StandardErrorEncoding = [Text.Encoding]::UTF8
    $messages = New-Object System.Collections.Generic.List[string]
    $process = [Diagnostics.Process]::Start($start)
    try {
        $process.StandardInput.Close()
        $result = $process.StandardOutput.ReadToEndAsync()
        while ($null -ne ($line = $process.StandardError.ReadLine())) {
            if ($line -match '^Warning: (.*)') { Write-Warning $Matches[1] }
            elseif ($line -match '^(scanning|verifying) ') { Write-Progress -Activity 'Consentinel' -Status $line }
            elseif ($line) { $messages.Add($line) }
        }
        $process.WaitForExit()
        $code = $process.ExitCode
        $text = $result.GetAwaiter().GetResult()
    }
    finally {
        Write-Progress -Activity 'Consentinel' -Completed
        if (-not $process.HasExited) { $process.Kill() }
        $process.Dispose()
    }
    return @{ ExitCode = $code; Text = $text; Message = ($messages -join "`n") }
}

# An argument in the quoting that .NET and the C runtime of Windows parse.
function ConvertTo-QuotedArgument {
    [CmdletBinding()]
    param([Parameter(Position = 0)] [AllowEmptyString()] [string] $Text)
    if ($Text -match '^[^\s"]+$') { return $Text }
    return '"' + ($Text -replace '(\\*)"', '$1$1\"' -replace '(\\+)$', '$1$1') + '"'
}
