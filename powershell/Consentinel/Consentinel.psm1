# The module runs the command line of Consentinel and turns its JSON into objects. One file per function; all files are
# ASCII, because Windows PowerShell 5.1 reads a file without a byte order mark in the system's code page.
foreach ($folder in 'Private', 'Public') {
    foreach ($file in Get-ChildItem -Path (Join-Path $PSScriptRoot $folder) -Filter '*.ps1') { . $file.FullName }
}
