<#
.SYNOPSIS
    Permet à support@contoso.example d'envoyer par SMTP et de transférer ses
    e-mails vers Webex Connect.
.DESCRIPTION
    Créé par wxmail v1 pour un administrateur Exchange. Il regarde d'abord. Si
    la boîte aux lettres et son organisation sont dans l'état pour lequel ce
    script a été fait, il effectue l'une après l'autre les modifications qui
    figurent à la fin : il affiche l'état antérieur et relit ce qu'il a modifié.
    Il peut être exécuté à nouveau à tout moment ; ce qui est fait reste fait.

    Il active le transfert : exécutez-le une fois que la personne qui vous l'a
    remis vous a dit que Webex Connect est prêt à recevoir les e-mails de
    support@contoso.example, qui arrivent dès lors à
    asset@mail-us.imiconnect.io.

    Si autre chose s'y trouve, il ne modifie rien, indique ce qui diffère et
    écrit ce qu'il a vu dans wxmail-seen.json, dans le dossier actuel. Ce
    fichier ne contient aucun secret : renvoyez-le. wxmail en fait le script qui
    convient :
    wxmail handoff exchange --seen wxmail-seen.json

    Il ne modifie jamais le paramètre SMTP du locataire, la stratégie sortante
    par défaut, une règle de flux de courrier ni un domaine distant.

    Nécessite le rôle Administrateur Exchange (Exchange Administrator) et, une
    seule fois :
    Install-Module ExchangeOnlineManagement
#>
#Requires -Version 5.1
#Requires -Modules ExchangeOnlineManagement
[CmdletBinding()]
param()

Set-StrictMode -Version Latest
$ErrorActionPreference = 'Stop'
# Un module ne voit pas la ligne ci-dessus.
$PSDefaultParameterValues = @{ '*:ErrorAction' = 'Stop' }

# --- Regarder ---

# Lit telles quelles les propriétés de ce qui est reçu : une liste de textes, un
# nombre, vrai ou faux, rien, ou un texte. Ce qu'un objet n'a pas est laissé de
# côté.
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

# Tout ce qui est regardé. Rien n'est modifié.
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

# Écrit ce qui a été vu.
function Save-Seen {
    param($Seen)
    $Seen | ConvertTo-Json -Depth 6 | Set-Content -LiteralPath 'wxmail-seen.json' -Encoding UTF8
    Write-Output 'L''état actuel est écrit dans wxmail-seen.json, dans ce dossier. Ce fichier ne contient aucun secret : envoyez-le à la personne qui vous a remis ce script.'
}

# --- Comparer : des textes, où seule la casse des lettres peut différer ---

# Indique si un texte est l'un de ceux-là.
function Test-Seen {
    param([string]$Text, [string[]]$Wanted)
    foreach ($one in $Wanted) {
        if ([string]::Equals($Text, $one, [System.StringComparison]::OrdinalIgnoreCase)) {
            return $true
        }
    }
    return $false
}

# Les enregistrements reçus dont une propriété a une valeur, ou ne l'a pas.
function Select-Seen {
    param([string]$Property, [string]$Value, [switch]$Not)
    process {
        if ((Test-Seen "$($_[$Property])" $Value) -xor $Not) {
            $_
        }
    }
}

# Une propriété de chaque enregistrement reçu, telle quelle.
function Get-SeenValue {
    param([string]$Property)
    process {
        "$($_[$Property])"
    }
}

# Les enregistrements reçus, en un seul texte : pour chacun, les propriétés qui
# ont une valeur. L'ordre d'une liste ne signifie rien ; celui des
# enregistrements, rarement.
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

# Indique ce qui n'est pas dans l'état pour lequel ce script a été fait.
$differences = [System.Collections.Generic.List[string]]::new()
function Compare-Seen {
    param([string]$What, [string]$There, [string[]]$Wanted)
    if (-not (Test-Seen $There $Wanted)) {
        Write-Output ('diffère : {0}' -f $What)
        foreach ($one in $Wanted) {
            Write-Output ('    ' + ('fait pour : {0}' -f $one))
        }
        Write-Output ('    ' + ('valeur actuelle : {0}' -f $There))
        $differences.Add($What)
    }
}

# S'arrête avant toute modification si quelque chose diffère.
function Confirm-Seen {
    param($Seen)
    if ($differences.Count) {
        Save-Seen $Seen
        throw 'Rien n''a été modifié, car quelque chose n''est pas dans l''état pour lequel ce script a été fait.'
    }
}

# Effectue une modification, sauf si elle est déjà faite, et attend qu'elle
# puisse être relue.
function Edit-Seen {
    param([string]$What, [string[]]$Wanted, [scriptblock]$Look, [scriptblock]$Change)
    $before = "$(& $Look)"
    Write-Output ('avant : {0}, valeur ''{1}''' -f $What, $before)
    if (Test-Seen $before $Wanted) {
        Write-Output ('déjà fait : {0}' -f $What)
        return
    }
    & $Change | Out-Null
    for ($try = 1; $try -le 12; $try++) {
        if (Test-Seen "$(& $Look)" $Wanted) {
            Write-Output ('fait : {0}' -f $What)
            return
        }
        Start-Sleep -Seconds 5
    }
    foreach ($one in $Wanted) {
        Write-Output ('valeur voulue : {0}' -f $one)
    }
    Write-Output ('valeur actuelle : {0}' -f "$(& $Look)")
    Save-Seen (Get-Seen)
    throw ('{0} : modifié, mais la relecture donne une autre valeur. Un outil de configuration de référence la rétablit peut-être.' -f $What)
}

# --- Ce pour quoi ce script a été fait ---

Connect-ExchangeOnline -ShowBanner:$false
try {
    $seen = Get-Seen

    Compare-Seen 'PrimarySmtpAddress de support@contoso.example' ($seen.Mailbox | Get-SeenValue 'PrimarySmtpAddress') 'support@contoso.example'
    Compare-Seen 'le type de support@contoso.example' ($seen.Mailbox | Get-SeenValue 'RecipientTypeDetails') 'UserMailbox'
    Compare-Seen 'l''état, désactivé ou non, du compte de support@contoso.example' ($seen.Mailbox | Get-SeenValue 'AccountDisabled') '', 'False'
    Compare-Seen 'le transfert de support@contoso.example et la conservation d''une copie' (
        $seen.Mailbox |
        Format-Seen 'ForwardingAddress', 'ForwardingSmtpAddress', 'DeliverToMailboxAndForward'
    ) 'DeliverToMailboxAndForward = ''True''',
        '',
        'ForwardingSmtpAddress = ''smtp:asset@mail-us.imiconnect.io''; DeliverToMailboxAndForward = ''True''',
        'ForwardingSmtpAddress = ''asset@mail-us.imiconnect.io''; DeliverToMailboxAndForward = ''True'''
    Compare-Seen 'les stratégies sortantes' (
        $seen.OutboundPolicies |
        Select-Seen 'Name' 'wxmail support@contoso.example' -Not |
        Format-Seen 'Name', 'IsDefault'
    ) 'Name = ''Default''; IsDefault = ''True'''
    Compare-Seen 'le transfert automatique de la stratégie Default' ($seen.OutboundPolicies | Select-Seen 'Name' 'Default' | Get-SeenValue 'AutoForwardingMode') 'Automatic', 'Off'
    Compare-Seen 'le transfert automatique de la stratégie wxmail support@contoso.example' (
        $seen.OutboundPolicies |
        Select-Seen 'Name' 'wxmail support@contoso.example' |
        Get-SeenValue 'AutoForwardingMode'
    ) '', 'On'
    Compare-Seen 'les règles sortantes, dans leur ordre' (
        $seen.OutboundRules |
        Select-Seen 'Name' 'wxmail support@contoso.example' -Not |
        Format-Seen 'Name', 'State', 'HostedOutboundSpamFilterPolicy', 'From', 'FromMemberOf', 'SenderDomainIs',
                'ExceptIfFrom', 'ExceptIfFromMemberOf', 'ExceptIfSenderDomainIs' -InOrder
    ) ''
    Compare-Seen 'la règle sortante wxmail support@contoso.example' (
        $seen.OutboundRules |
        Select-Seen 'Name' 'wxmail support@contoso.example' |
        Format-Seen 'State', 'HostedOutboundSpamFilterPolicy', 'From', 'FromMemberOf', 'SenderDomainIs', 'ExceptIfFrom',
                'ExceptIfFromMemberOf', 'ExceptIfSenderDomainIs'
    ) '',
        'State = ''Enabled''; HostedOutboundSpamFilterPolicy = ''wxmail support@contoso.example''; From = ''support@contoso.example'''
    Compare-Seen 'les domaines distants' ($seen.RemoteDomains | Format-Seen 'DomainName', 'AutoForwardEnabled') 'DomainName = ''*''; AutoForwardEnabled = ''True'''
    Compare-Seen 'les règles de flux de courrier activées' (
        $seen.TransportRules |
        Select-Seen 'State' 'Enabled' |
        Format-Seen 'Name', 'Mode', 'Conditions', 'Actions', 'Exceptions', 'MessageTypeMatches', 'FromScope', 'SentToScope',
                'RecipientDomainIs', 'ExceptIfRecipientDomainIs', 'HeaderMatchesMessageHeader', 'RejectMessageReasonText',
                'RejectMessageEnhancedStatusCode', 'DeleteMessage', 'Quarantine'
    ) ''
    Compare-Seen 'IsDehydrated de l''organisation' ($seen.OrganizationConfig | Get-SeenValue 'IsDehydrated') 'False'

    Confirm-Seen $seen

    # --- Les modifications ---

    # mailbox.smtp-auth
    Edit-Seen 'SmtpClientAuthenticationDisabled de support@contoso.example' 'False' {
        Get-CASMailbox -Identity 'support@contoso.example' |
            Read-Seen 'SmtpClientAuthenticationDisabled' |
            Get-SeenValue 'SmtpClientAuthenticationDisabled'
    } {
        Set-CASMailbox -Identity 'support@contoso.example' -SmtpClientAuthenticationDisabled $false
    }

    # mailbox.outbound-policy
    Edit-Seen 'le transfert automatique de la stratégie wxmail support@contoso.example' 'On' {
        Get-HostedOutboundSpamFilterPolicy |
            Read-Seen 'Name', 'AutoForwardingMode' |
            Select-Seen 'Name' 'wxmail support@contoso.example' |
            Get-SeenValue 'AutoForwardingMode'
    } {
        New-HostedOutboundSpamFilterPolicy -Name 'wxmail support@contoso.example' -AdminDisplayName 'wxmail: lets support@contoso.example forward to Webex Connect' -AutoForwardingMode 'On'
    }

    # mailbox.outbound-rule
    Edit-Seen 'la règle sortante wxmail support@contoso.example' 'State = ''Enabled''; HostedOutboundSpamFilterPolicy = ''wxmail support@contoso.example''; From = ''support@contoso.example''' {
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
    Edit-Seen 'le transfert de support@contoso.example' 'ForwardingSmtpAddress = ''smtp:asset@mail-us.imiconnect.io''; DeliverToMailboxAndForward = ''True''',
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
Write-Output 'Tout est fait. La personne qui vous a remis ce script peut continuer : wxmail setup'
