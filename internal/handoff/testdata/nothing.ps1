<#
.SYNOPSIS
    Lets support@contoso.example send over SMTP and forward its mail to Webex
    Connect.
.DESCRIPTION
    Made by wxmail v1 for an Exchange administrator. It looks first. Where the
    mailbox and its organization are as this script was made for, it makes the
    changes at its end, one after the other: it prints what was there before,
    and reads back what it changed. It may be run again at any time; what is
    done stays done.

    It switches forwarding on: run it once whoever gave it to you says that
    Webex Connect is ready for the mail of support@contoso.example, which from
    then on goes to asset@mail-us.imiconnect.io.

    Where anything else is there, it changes nothing, says what differs, and
    writes what it has seen to wxmail-seen.json in the current folder. That file
    holds no secret: send it back. Of it wxmail makes the script that fits:
    wxmail handoff exchange --seen wxmail-seen.json

    It never changes the tenant's switch for SMTP, the default outbound policy,
    a mail flow rule or a remote domain.

    Needs the role Exchange Administrator, and once:
    Install-Module ExchangeOnlineManagement
#>
#Requires -Version 5.1
#Requires -Modules ExchangeOnlineManagement
[CmdletBinding()]
param()

Set-StrictMode -Version Latest
$ErrorActionPreference = 'Stop'
# A module does not see the line above.
$PSDefaultParameterValues = @{ '*:ErrorAction' = 'Stop' }

# --- Looking ---

# Reads properties of what is piped in, as they are: a list of texts, a number,
# true or false, nothing, or a text. What an object does not have is left out.
function Read-Seen {
    param([string[]]$Property)
    process {
        $record = [ordered]@{}
        foreach ($name in $Property) {
            $found = $_.PSObject.Properties[$name]
            if (-not $found) {
                continue
            }
            $value = $found.Value
            if ($value -is [System.Collections.IEnumerable] -and $value -isnot [string]) {
                $record[$name] = [string[]]@($value)
            }
            elseif ($null -eq $value -or $value -is [bool] -or $value -is [int] -or $value -is [long]) {
                $record[$name] = $value
            }
            else {
                $record[$name] = "$value"
            }
        }
        $record
    }
}

# All that is looked at. It changes nothing.
function Get-Seen {
    [ordered]@{
        Mailbox = @(
            Get-Mailbox -Identity 'support@contoso.example' |
            Read-Seen 'Identity', 'PrimarySmtpAddress', 'RecipientTypeDetails', 'EmailAddresses', 'DeliverToMailboxAndForward',
                'ForwardingAddress', 'ForwardingSmtpAddress', 'Name', 'DisplayName', 'UserPrincipalName', 'ExternalDirectoryObjectId',
                'AccountDisabled', 'IsDirSynced', 'MailboxPlan', 'RequireSenderAuthenticationEnabled', 'AcceptMessagesOnlyFromSendersOrMembers',
                'ModerationEnabled'
        )
        CASMailbox = @(
            Get-CASMailbox -Identity 'support@contoso.example' |
            Read-Seen 'SmtpClientAuthenticationDisabled', 'PrimarySmtpAddress'
        )
        OutboundPolicies = @(
            Get-HostedOutboundSpamFilterPolicy |
            Read-Seen 'Name', 'AutoForwardingMode', 'IsDefault', 'Identity', 'Guid', 'AdminDisplayName'
        )
        OutboundRules = @(
            Get-HostedOutboundSpamFilterRule |
            Sort-Object Priority |
            Read-Seen 'Name', 'State', 'Priority', 'HostedOutboundSpamFilterPolicy', 'From', 'FromMemberOf', 'SenderDomainIs',
                'ExceptIfFrom', 'ExceptIfFromMemberOf', 'ExceptIfSenderDomainIs', 'Identity', 'Comments'
        )
        RemoteDomains = @(Get-RemoteDomain | Read-Seen 'DomainName', 'AutoForwardEnabled', 'Name')
        TransportRules = @(
            Get-TransportRule -ResultSize 'Unlimited' |
            Read-Seen 'Name', 'State', 'Mode', 'Conditions', 'Actions', 'Exceptions', 'MessageTypeMatches', 'FromScope',
                'SentToScope', 'RecipientDomainIs', 'ExceptIfRecipientDomainIs', 'HeaderMatchesMessageHeader',
                'RejectMessageReasonText', 'RejectMessageEnhancedStatusCode', 'DeleteMessage', 'Quarantine'
        )
        OrganizationConfig = @(Get-OrganizationConfig | Read-Seen 'IsDehydrated')
        TransportConfig = @(Get-TransportConfig | Read-Seen 'SmtpClientAuthenticationDisabled')
    }
}

# Writes down what was seen.
function Save-Seen {
    param($Seen)
    $Seen | ConvertTo-Json -Depth 6 | Set-Content -LiteralPath 'wxmail-seen.json' -Encoding UTF8
    Write-Output 'What is there is written to wxmail-seen.json, in this folder. It holds no secret: send it to whoever gave you this script.'
}

# --- Comparing: texts, of which nothing but the case of letters may differ ---

# Whether a text is one of those.
function Test-Seen {
    param([string]$Text, [string[]]$Wanted)
    foreach ($one in $Wanted) {
        if ([string]::Equals($Text, $one, [System.StringComparison]::OrdinalIgnoreCase)) {
            return $true
        }
    }
    return $false
}

# Those of the records piped in in which a property has a value, or has not.
function Select-Seen {
    param([string]$Property, [string]$Value, [switch]$Not)
    process {
        if ((Test-Seen "$($_[$Property])" $Value) -xor $Not) {
            $_
        }
    }
}

# One property of each record piped in, as it is.
function Get-SeenValue {
    param([string]$Property)
    process {
        "$($_[$Property])"
    }
}

# The records piped in as one text: of each the properties that have a value.
# The order of a list means nothing; that of the records seldom.
function Format-Seen {
    param([string[]]$Property, [switch]$InOrder)
    begin {
        $records = [System.Collections.Generic.List[string]]::new()
    }
    process {
        $words = [System.Collections.Generic.List[string]]::new()
        foreach ($name in $Property) {
            $values = [System.Collections.Generic.List[string]]::new()
            foreach ($value in @($_[$name])) {
                if ($value) {
                    $values.Add("'" + "$value".Replace("'", "''") + "'")
                }
            }
            $values.Sort([System.StringComparer]::Ordinal)
            if ($values.Count) {
                $words.Add("$name = " + ($values -join ', '))
            }
        }
        $records.Add($words -join '; ')
    }
    end {
        if (-not $InOrder) {
            $records.Sort([System.StringComparer]::Ordinal)
        }
        $records -join ' | '
    }
}

# Says where something is not as this script was made for.
$differences = [System.Collections.Generic.List[string]]::new()
function Compare-Seen {
    param([string]$What, [string]$There, [string[]]$Wanted)
    if (-not (Test-Seen $There $Wanted)) {
        Write-Output ('differs: {0}' -f $What)
        foreach ($one in $Wanted) {
            Write-Output ('    ' + ('made for: {0}' -f $one))
        }
        Write-Output ('    ' + ('there is: {0}' -f $There))
        $differences.Add($What)
    }
}

# Ends before any change where something differs.
function Confirm-Seen {
    param($Seen)
    if ($differences.Count) {
        Save-Seen $Seen
        throw 'Nothing was changed, because something is not as this script was made for.'
    }
}

# Makes a change, unless it is made, and waits until it can be read back.
function Edit-Seen {
    param([string]$What, [string[]]$Wanted, [scriptblock]$Look, [scriptblock]$Change)
    $before = "$(& $Look)"
    Write-Output ('before: {0} is ''{1}''' -f $What, $before)
    if (Test-Seen $before $Wanted) {
        Write-Output ('done before: {0}' -f $What)
        return
    }
    & $Change | Out-Null
    for ($try = 1; $try -le 12; $try++) {
        if (Test-Seen "$(& $Look)" $Wanted) {
            Write-Output ('done: {0}' -f $What)
            return
        }
        Start-Sleep -Seconds 5
    }
    foreach ($one in $Wanted) {
        Write-Output ('wanted: {0}' -f $one)
    }
    Write-Output ('there is: {0}' -f "$(& $Look)")
    Save-Seen (Get-Seen)
    throw ('{0} was changed, but reads back differently. A baseline tool may set it back.' -f $What)
}

# --- What this script was made for ---

Connect-ExchangeOnline -ShowBanner:$false
try {
    $seen = Get-Seen

    Compare-Seen 'PrimarySmtpAddress of support@contoso.example' ($seen.Mailbox | Get-SeenValue 'PrimarySmtpAddress') 'support@contoso.example'
    Compare-Seen 'the kind of support@contoso.example' ($seen.Mailbox | Get-SeenValue 'RecipientTypeDetails') 'UserMailbox'
    Compare-Seen 'whether the account of support@contoso.example is disabled' ($seen.Mailbox | Get-SeenValue 'AccountDisabled') '', 'False'
    Compare-Seen 'the forwarding of support@contoso.example, and whether it keeps a copy' (
        $seen.Mailbox |
        Format-Seen 'ForwardingAddress', 'ForwardingSmtpAddress', 'DeliverToMailboxAndForward'
    ) 'DeliverToMailboxAndForward = ''True''',
        '',
        'ForwardingSmtpAddress = ''smtp:asset@mail-us.imiconnect.io''; DeliverToMailboxAndForward = ''True''',
        'ForwardingSmtpAddress = ''asset@mail-us.imiconnect.io''; DeliverToMailboxAndForward = ''True'''
    Compare-Seen 'SmtpClientAuthenticationDisabled of support@contoso.example' ($seen.CASMailbox | Get-SeenValue 'SmtpClientAuthenticationDisabled') 'False'
    Compare-Seen 'the outbound policies' (
        $seen.OutboundPolicies |
        Select-Seen 'Name' 'wxmail support@contoso.example' -Not |
        Format-Seen 'Name', 'IsDefault'
    ) 'Name = ''Default''; IsDefault = ''True'''
    Compare-Seen 'automatic forwarding of the policy Default' ($seen.OutboundPolicies | Select-Seen 'Name' 'Default' | Get-SeenValue 'AutoForwardingMode') 'Automatic', 'Off'
    Compare-Seen 'automatic forwarding of the policy wxmail support@contoso.example' (
        $seen.OutboundPolicies |
        Select-Seen 'Name' 'wxmail support@contoso.example' |
        Get-SeenValue 'AutoForwardingMode'
    ) '', 'On'
    Compare-Seen 'the outbound rules, in their order' (
        $seen.OutboundRules |
        Select-Seen 'Name' 'wxmail support@contoso.example' -Not |
        Format-Seen 'Name', 'State', 'HostedOutboundSpamFilterPolicy', 'From', 'FromMemberOf', 'SenderDomainIs',
                'ExceptIfFrom', 'ExceptIfFromMemberOf', 'ExceptIfSenderDomainIs' -InOrder
    ) ''
    Compare-Seen 'the outbound rule wxmail support@contoso.example' (
        $seen.OutboundRules |
        Select-Seen 'Name' 'wxmail support@contoso.example' |
        Format-Seen 'State', 'HostedOutboundSpamFilterPolicy', 'From', 'FromMemberOf', 'SenderDomainIs', 'ExceptIfFrom',
                'ExceptIfFromMemberOf', 'ExceptIfSenderDomainIs'
    ) '',
        'State = ''Enabled''; HostedOutboundSpamFilterPolicy = ''wxmail support@contoso.example''; From = ''support@contoso.example''',
        'State = ''Enabled''; HostedOutboundSpamFilterPolicy = ''wxmail support@contoso.example''; From = ''support@contoso.example.net''',
        'State = ''Enabled''; HostedOutboundSpamFilterPolicy = ''wxmail support@contoso.example''; From = ''support@corp.contoso.example''',
        'State = ''Enabled''; HostedOutboundSpamFilterPolicy = ''wxmail support@contoso.example''; From = ''Support''',
        'State = ''Enabled''; HostedOutboundSpamFilterPolicy = ''wxmail support@contoso.example''; From = ''Support of Contoso''',
        'State = ''Enabled''; HostedOutboundSpamFilterPolicy = ''wxmail support@contoso.example''; From = ''id-of-support'''
    Compare-Seen 'the remote domains' ($seen.RemoteDomains | Format-Seen 'DomainName', 'AutoForwardEnabled') 'DomainName = ''*''; AutoForwardEnabled = ''True'''
    Compare-Seen 'the enabled mail flow rules' (
        $seen.TransportRules |
        Select-Seen 'State' 'Enabled' |
        Format-Seen 'Name', 'Mode', 'Conditions', 'Actions', 'Exceptions', 'MessageTypeMatches', 'FromScope', 'SentToScope',
                'RecipientDomainIs', 'ExceptIfRecipientDomainIs', 'HeaderMatchesMessageHeader', 'RejectMessageReasonText',
                'RejectMessageEnhancedStatusCode', 'DeleteMessage', 'Quarantine'
    ) ''
    Compare-Seen 'IsDehydrated of the organization' ($seen.OrganizationConfig | Get-SeenValue 'IsDehydrated') 'False'

    Confirm-Seen $seen

    # --- The changes ---

    # mailbox.outbound-policy
    Edit-Seen 'automatic forwarding of the policy wxmail support@contoso.example' 'On' {
        Get-HostedOutboundSpamFilterPolicy |
            Read-Seen 'Name', 'AutoForwardingMode' |
            Select-Seen 'Name' 'wxmail support@contoso.example' |
            Get-SeenValue 'AutoForwardingMode'
    } {
        New-HostedOutboundSpamFilterPolicy -Name 'wxmail support@contoso.example' -AdminDisplayName 'wxmail: lets support@contoso.example forward to Webex Connect' -AutoForwardingMode 'On'
    }

    # mailbox.outbound-rule
    Edit-Seen 'the outbound rule wxmail support@contoso.example' 'State = ''Enabled''; HostedOutboundSpamFilterPolicy = ''wxmail support@contoso.example''; From = ''support@contoso.example''',
        'State = ''Enabled''; HostedOutboundSpamFilterPolicy = ''wxmail support@contoso.example''; From = ''support@contoso.example.net''',
        'State = ''Enabled''; HostedOutboundSpamFilterPolicy = ''wxmail support@contoso.example''; From = ''support@corp.contoso.example''',
        'State = ''Enabled''; HostedOutboundSpamFilterPolicy = ''wxmail support@contoso.example''; From = ''Support''',
        'State = ''Enabled''; HostedOutboundSpamFilterPolicy = ''wxmail support@contoso.example''; From = ''Support of Contoso''',
        'State = ''Enabled''; HostedOutboundSpamFilterPolicy = ''wxmail support@contoso.example''; From = ''id-of-support''' {
        Get-HostedOutboundSpamFilterRule |
            Sort-Object Priority |
            Read-Seen 'Name', 'State', 'HostedOutboundSpamFilterPolicy', 'From', 'FromMemberOf', 'SenderDomainIs',
                'ExceptIfFrom', 'ExceptIfFromMemberOf', 'ExceptIfSenderDomainIs' |
            Select-Seen 'Name' 'wxmail support@contoso.example' |
            Format-Seen 'State', 'HostedOutboundSpamFilterPolicy', 'From', 'FromMemberOf', 'SenderDomainIs', 'ExceptIfFrom',
                'ExceptIfFromMemberOf', 'ExceptIfSenderDomainIs'
    } {
        New-HostedOutboundSpamFilterRule -Name 'wxmail support@contoso.example' -Comments 'wxmail: lets support@contoso.example forward to Webex Connect' -Enabled $true -From 'support@contoso.example' -HostedOutboundSpamFilterPolicy 'wxmail support@contoso.example'
    }

    # mailbox.forwarding
    Edit-Seen 'the forwarding of support@contoso.example' 'ForwardingSmtpAddress = ''smtp:asset@mail-us.imiconnect.io''; DeliverToMailboxAndForward = ''True''',
        'ForwardingSmtpAddress = ''asset@mail-us.imiconnect.io''; DeliverToMailboxAndForward = ''True''' {
        Get-Mailbox -Identity 'support@contoso.example' |
            Read-Seen 'ForwardingAddress', 'ForwardingSmtpAddress', 'DeliverToMailboxAndForward' |
            Format-Seen 'ForwardingAddress', 'ForwardingSmtpAddress', 'DeliverToMailboxAndForward'
    } {
        Set-Mailbox -Identity 'support@contoso.example' -DeliverToMailboxAndForward $true -ForwardingAddress $null -ForwardingSmtpAddress 'asset@mail-us.imiconnect.io'
    }
}
finally {
    Disconnect-ExchangeOnline -Confirm:$false
}
Write-Output 'All is done. Whoever gave you this script can go on: wxmail setup'
