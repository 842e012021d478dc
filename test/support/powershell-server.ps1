# Runs one script after the other in one process, because the start of PowerShell takes most of the time of a test. Each
# line is a JSON object with the command line and the whole environment; each answer is a line with exit code and text.
while ($null -ne ($line = [Console]::In.ReadLine())) {
    $request = $line | ConvertFrom-Json -AsHashtable
    foreach ($name in @([Environment]::GetEnvironmentVariables().Keys)) {
        if (-not $request.environment.ContainsKey($name)) { [Environment]::SetEnvironmentVariable($name, $null) }
    }
    foreach ($name in $request.environment.Keys) { [Environment]::SetEnvironmentVariable($name, $request.environment[$name]) }
    $code = 0
    $shown = [Collections.Generic.List[string]]::new()
    try { & ([scriptblock]::Create($request.command)) *>&1 | ForEach-Object { $shown.Add("$_") } }
    catch { $code = 1; $shown.Add("$_") }
    [Console]::Out.WriteLine((ConvertTo-Json -Compress @{ code = $code; text = $shown -join "`n" }))
}
