<#
.SYNOPSIS
    support@contoso.example が SMTP で送信できるようにし、そのメールを Webex
    Connect に転送します。
.DESCRIPTION
    wxmail v1 が Exchange 管理者のために作成しました。最初に状態を調べます。メー
    ルボックスとその組織が、このスクリプトの作成時の想定どおりであれば、末尾にあ
    る変更を 1 つずつ行います。変更前の値を出力し、変更した値を読み取って確認し
    ます。いつでも再実行でき、済んだ変更はそのまま残ります。

    転送をオンにします。Webex Connect が support@contoso.example のメールを受け
    取れるようになったと、スクリプトを渡した人から連絡を受けてから実行してくださ
    い。それ以降、メールは asset@mail-us.imiconnect.io に転送されます。

    状態が想定と異なる場合は、何も変更せず、異なる点を示し、調べた内容を現在の
    フォルダーの wxmail-seen.json に書き込みます。そのファイルにシークレットは含
    まれません。送り返してください。それをもとに、wxmail が状態に合ったスクリプ
    トを作成します:
    wxmail handoff exchange --seen wxmail-seen.json

    テナントの SMTP の設定、既定の送信スパム ポリシー、メール フロー ルール、リ
    モート ドメインは決して変更しません。

    Exchange 管理者 (Exchange Administrator) のロールと、一度だけ次の実行が必要
    です:
    Install-Module ExchangeOnlineManagement
#>
#Requires -Version 5.1
#Requires -Modules ExchangeOnlineManagement
[CmdletBinding()]
param()

Set-StrictMode -Version Latest
$ErrorActionPreference = 'Stop'
# 上の行はモジュールには効きません。
$PSDefaultParameterValues = @{ '*:ErrorAction' = 'Stop' }

# --- 調査 ---

# パイプで渡されたもののプロパティを、テキストのリスト、数値、真偽、値なし、テキ
# ストのいずれかとして、そのまま読み取ります。オブジェクトにないものは省きます。
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

# 調べるものすべてです。何も変更しません。
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

# 調べた内容を書き込みます。
function Save-Seen {
    param($Seen)
    $Seen | ConvertTo-Json -Depth 6 | Set-Content -LiteralPath 'wxmail-seen.json' -Encoding UTF8
    Write-Output '現在の状態を、このフォルダーの wxmail-seen.json に書き込みました。シークレットは含まれません。このスクリプトを渡した人に送ってください。'
}

# --- 比較: テキストどうしを比較し、大文字と小文字の違いだけを無視します ---

# テキストがそのいずれかであるかどうかです。
function Test-Seen {
    param([string]$Text, [string[]]$Wanted)
    foreach ($one in $Wanted) {
        if ([string]::Equals($Text, $one, [System.StringComparison]::OrdinalIgnoreCase)) {
            return $true
        }
    }
    return $false
}

# パイプで渡されたレコードのうち、プロパティがその値を持つもの、または持たないも
# のです。
function Select-Seen {
    param([string]$Property, [string]$Value, [switch]$Not)
    process {
        if ((Test-Seen "$($_[$Property])" $Value) -xor $Not) {
            $_
        }
    }
}

# パイプで渡された各レコードの 1 つのプロパティを、そのまま返します。
function Get-SeenValue {
    param([string]$Property)
    process {
        "$($_[$Property])"
    }
}

# パイプで渡されたレコードを 1 つのテキストにします。値を持つプロパティだけを並
# べます。リストの順序に意味はなく、レコードの順序にもほとんど意味はありません。
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

# このスクリプトの作成時の想定と異なるものを示します。
$differences = [System.Collections.Generic.List[string]]::new()
function Compare-Seen {
    param([string]$What, [string]$There, [string[]]$Wanted)
    if (-not (Test-Seen $There $Wanted)) {
        Write-Output ('相違: {0}' -f $What)
        foreach ($one in $Wanted) {
            Write-Output ('    ' + ('想定: {0}' -f $one))
        }
        Write-Output ('    ' + ('現在の値: {0}' -f $There))
        $differences.Add($What)
    }
}

# 異なるものがあれば、何も変更せずに終了します。
function Confirm-Seen {
    param($Seen)
    if ($differences.Count) {
        Save-Seen $Seen
        throw 'このスクリプトの作成時の想定と異なるものがあるため、何も変更しませんでした。'
    }
}

# まだであれば変更を行い、その値が読み取れるまで待ちます。
function Edit-Seen {
    param([string]$What, [string[]]$Wanted, [scriptblock]$Look, [scriptblock]$Change)
    $before = "$(& $Look)"
    Write-Output ('変更前: {0} は ''{1}'' です' -f $What, $before)
    if (Test-Seen $before $Wanted) {
        Write-Output ('以前に完了: {0}' -f $What)
        return
    }
    & $Change | Out-Null
    for ($try = 1; $try -le 12; $try++) {
        if (Test-Seen "$(& $Look)" $Wanted) {
            Write-Output ('完了: {0}' -f $What)
            return
        }
        Start-Sleep -Seconds 5
    }
    foreach ($one in $Wanted) {
        Write-Output ('望ましい値: {0}' -f $one)
    }
    Write-Output ('現在の値: {0}' -f "$(& $Look)")
    Save-Seen (Get-Seen)
    throw ('{0}: 変更しましたが、読み取った値が異なります。ベースライン ツールが元に戻している可能性があります。' -f $What)
}

# --- このスクリプトの作成時の想定 ---

Connect-ExchangeOnline -ShowBanner:$false
try {
    $seen = Get-Seen

    Compare-Seen 'support@contoso.example の PrimarySmtpAddress' ($seen.Mailbox | Get-SeenValue 'PrimarySmtpAddress') 'support@contoso.example'
    Compare-Seen 'support@contoso.example の種類' ($seen.Mailbox | Get-SeenValue 'RecipientTypeDetails') 'UserMailbox'
    Compare-Seen 'support@contoso.example のアカウントが無効かどうか' ($seen.Mailbox | Get-SeenValue 'AccountDisabled') '', 'False'
    Compare-Seen 'support@contoso.example の転送と、コピーを残すかどうか' (
        $seen.Mailbox |
        Format-Seen 'ForwardingAddress', 'ForwardingSmtpAddress', 'DeliverToMailboxAndForward'
    ) 'DeliverToMailboxAndForward = ''True''',
        '',
        'ForwardingSmtpAddress = ''smtp:asset@mail-us.imiconnect.io''; DeliverToMailboxAndForward = ''True''',
        'ForwardingSmtpAddress = ''asset@mail-us.imiconnect.io''; DeliverToMailboxAndForward = ''True'''
    Compare-Seen '送信スパム ポリシー' (
        $seen.OutboundPolicies |
        Select-Seen 'Name' 'wxmail support@contoso.example' -Not |
        Format-Seen 'Name', 'IsDefault'
    ) 'Name = ''Default''; IsDefault = ''True'''
    Compare-Seen 'ポリシー Default の自動転送' ($seen.OutboundPolicies | Select-Seen 'Name' 'Default' | Get-SeenValue 'AutoForwardingMode') 'Automatic', 'Off'
    Compare-Seen 'ポリシー wxmail support@contoso.example の自動転送' (
        $seen.OutboundPolicies |
        Select-Seen 'Name' 'wxmail support@contoso.example' |
        Get-SeenValue 'AutoForwardingMode'
    ) '', 'On'
    Compare-Seen '送信スパム ルールとその順序' (
        $seen.OutboundRules |
        Select-Seen 'Name' 'wxmail support@contoso.example' -Not |
        Format-Seen 'Name', 'State', 'HostedOutboundSpamFilterPolicy', 'From', 'FromMemberOf', 'SenderDomainIs',
                'ExceptIfFrom', 'ExceptIfFromMemberOf', 'ExceptIfSenderDomainIs' -InOrder
    ) ''
    Compare-Seen '送信スパム ルール wxmail support@contoso.example' (
        $seen.OutboundRules |
        Select-Seen 'Name' 'wxmail support@contoso.example' |
        Format-Seen 'State', 'HostedOutboundSpamFilterPolicy', 'From', 'FromMemberOf', 'SenderDomainIs', 'ExceptIfFrom',
                'ExceptIfFromMemberOf', 'ExceptIfSenderDomainIs'
    ) '',
        'State = ''Enabled''; HostedOutboundSpamFilterPolicy = ''wxmail support@contoso.example''; From = ''support@contoso.example'''
    Compare-Seen 'リモート ドメイン' ($seen.RemoteDomains | Format-Seen 'DomainName', 'AutoForwardEnabled') 'DomainName = ''*''; AutoForwardEnabled = ''True'''
    Compare-Seen '有効なメール フロー ルール' (
        $seen.TransportRules |
        Select-Seen 'State' 'Enabled' |
        Format-Seen 'Name', 'Mode', 'Conditions', 'Actions', 'Exceptions', 'MessageTypeMatches', 'FromScope', 'SentToScope',
                'RecipientDomainIs', 'ExceptIfRecipientDomainIs', 'HeaderMatchesMessageHeader', 'RejectMessageReasonText',
                'RejectMessageEnhancedStatusCode', 'DeleteMessage', 'Quarantine'
    ) ''
    Compare-Seen '組織の IsDehydrated' ($seen.OrganizationConfig | Get-SeenValue 'IsDehydrated') 'False'

    Confirm-Seen $seen

    # --- 変更 ---

    # mailbox.smtp-auth
    Edit-Seen 'support@contoso.example の SmtpClientAuthenticationDisabled' 'False' {
        Get-CASMailbox -Identity 'support@contoso.example' |
            Read-Seen 'SmtpClientAuthenticationDisabled' |
            Get-SeenValue 'SmtpClientAuthenticationDisabled'
    } {
        Set-CASMailbox -Identity 'support@contoso.example' -SmtpClientAuthenticationDisabled $false
    }

    # mailbox.outbound-policy
    Edit-Seen 'ポリシー wxmail support@contoso.example の自動転送' 'On' {
        Get-HostedOutboundSpamFilterPolicy |
            Read-Seen 'Name', 'AutoForwardingMode' |
            Select-Seen 'Name' 'wxmail support@contoso.example' |
            Get-SeenValue 'AutoForwardingMode'
    } {
        New-HostedOutboundSpamFilterPolicy -Name 'wxmail support@contoso.example' -AdminDisplayName 'wxmail: lets support@contoso.example forward to Webex Connect' -AutoForwardingMode 'On'
    }

    # mailbox.outbound-rule
    Edit-Seen '送信スパム ルール wxmail support@contoso.example' 'State = ''Enabled''; HostedOutboundSpamFilterPolicy = ''wxmail support@contoso.example''; From = ''support@contoso.example''' {
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
    Edit-Seen 'support@contoso.example の転送' 'ForwardingSmtpAddress = ''smtp:asset@mail-us.imiconnect.io''; DeliverToMailboxAndForward = ''True''',
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
Write-Output 'すべて完了しました。このスクリプトを渡した人は、次のコマンドで続行できます: wxmail setup'
