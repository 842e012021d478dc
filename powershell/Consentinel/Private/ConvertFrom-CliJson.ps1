# The names of properties that are times in every JSON of the program.
$script:timeNames = 'appearedAt', 'changedAt', 'startedAt', 'finishedAt', 'at', 'expiresAt', 'suppressedUntil', 'from', 'until',
'exportedAt'

# A control character, or one that reorders or hides text, as JSON writes it after the backslash.
$script:unsafeEscape = 'u(?:00[0189][0-9a-f]|007f|00ad|061c|180e|200[b-f]|202[89a-e]|206[0-9a-f]|feff|d[89a-f][0-9a-f]{2})|[bfr]'

# The objects of a JSON text, each with a type name for its view. Times are DateTime in UTC, in Windows PowerShell too.
function ConvertFrom-CliJson {
    [CmdletBinding()]
    param(
        [Parameter(Mandatory)] [AllowEmptyString()] [string] $Text,
        [Parameter(Mandatory)] [string] $TypeName
    )
    # A name of an app must not send a command to the terminal: its control characters become visible, as "\u001b".
    $visible = [regex]::Replace($Text, "(?<=(?<!\\)(?:\\\\)*)\\(?=$script:unsafeEscape)", '\\', 'IgnoreCase')
    $values = ConvertFrom-Json -InputObject $visible
    foreach ($value in $values) {
        foreach ($property in $value.PSObject.Properties) {
            if ($property.Value -is [string] -and $script:timeNames -contains $property.Name) {
                $property.Value = [datetime]::Parse($property.Value, [cultureinfo]::InvariantCulture, 'RoundtripKind')
            }
        }
        $value.PSObject.TypeNames.Insert(0, $TypeName)
        $value
    }
}
