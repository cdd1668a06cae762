<#
.SYNOPSIS
    support@contoso.example 사서함에서 SMTP로 보낼 수 있게 하고, 그 메일을 Webex
    Connect로 전달합니다.
.DESCRIPTION
    wxmail v1이(가) Exchange 관리자를 위해 만들었습니다. 먼저 상태를 살펴봅니다.
    사서함과 조직이 이 스크립트를 만들 때 전제한 상태이면 끝에 있는 변경을
    하나씩 수행합니다. 변경 전의 값을 출력하고, 변경한 값을 다시 읽어
    확인합니다. 언제든지 다시 실행할 수 있으며, 이미 수행한 변경은 그대로
    남습니다.

    전달을 켭니다. Webex Connect에서 support@contoso.example의 메일을 받을
    준비가 되었다고 스크립트를 준 사람이 알려 준 다음 실행하세요. 그때부터
    메일이 asset@mail-us.imiconnect.io 주소로 전달됩니다.

    상태가 전제와 다르면 아무것도 변경하지 않고, 무엇이 다른지 알려 주며, 살펴본
    내용을 현재 폴더의 wxmail-seen.json에 씁니다. 이 파일에는 암호가 없으므로
    그대로 보내 주세요. wxmail이 이 파일로 상태에 맞는 스크립트를 만듭니다:
    wxmail handoff exchange --seen wxmail-seen.json

    테넌트의 SMTP 설정, 기본 아웃바운드 정책, 메일 흐름 규칙, 원격 도메인은 절대
    변경하지 않습니다.

    Exchange 관리자(Exchange Administrator) 역할이 필요하며, 다음을 한 번
    실행해야 합니다:
    Install-Module ExchangeOnlineManagement
#>
#Requires -Version 5.1
#Requires -Modules ExchangeOnlineManagement
[CmdletBinding()]
param()

Set-StrictMode -Version Latest
$ErrorActionPreference = 'Stop'
# 모듈에는 위 줄이 적용되지 않습니다.
$PSDefaultParameterValues = @{ '*:ErrorAction' = 'Stop' }

# --- 살펴보기 ---

# 전달된 개체의 속성을 텍스트 목록, 숫자, 참 또는 거짓, 값 없음, 텍스트 중
# 하나로 그대로 읽습니다. 개체에 없는 속성은 제외합니다.
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

# 살펴보는 모든 것입니다. 아무것도 변경하지 않습니다.
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

# 살펴본 내용을 파일에 씁니다.
function Save-Seen {
    param($Seen)
    $Seen | ConvertTo-Json -Depth 6 | Set-Content -LiteralPath 'wxmail-seen.json' -Encoding UTF8
    Write-Output '현재 상태를 이 폴더의 wxmail-seen.json에 썼습니다. 이 파일에는 암호가 없습니다. 이 스크립트를 준 사람에게 보내세요.'
}

# --- 비교: 텍스트끼리 비교하며 대소문자의 차이만 무시합니다 ---

# 텍스트가 그중 하나인지 여부입니다.
function Test-Seen {
    param([string]$Text, [string[]]$Wanted)
    foreach ($one in $Wanted) {
        if ([string]::Equals($Text, $one, [System.StringComparison]::OrdinalIgnoreCase)) {
            return $true
        }
    }
    return $false
}

# 전달된 레코드 중에서 속성이 해당 값인 것, 또는 아닌 것입니다.
function Select-Seen {
    param([string]$Property, [string]$Value, [switch]$Not)
    process {
        if ((Test-Seen "$($_[$Property])" $Value) -xor $Not) {
            $_
        }
    }
}

# 전달된 각 레코드의 속성 하나를 그대로 돌려줍니다.
function Get-SeenValue {
    param([string]$Property)
    process {
        "$($_[$Property])"
    }
}

# 전달된 레코드를 하나의 텍스트로 만듭니다. 레코드마다 값이 있는 속성만
# 나열합니다. 목록의 순서에는 의미가 없고, 레코드의 순서에도 거의 의미가
# 없습니다.
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

# 이 스크립트를 만들 때 전제한 상태와 다른 것을 알려 줍니다.
$differences = [System.Collections.Generic.List[string]]::new()
function Compare-Seen {
    param([string]$What, [string]$There, [string[]]$Wanted)
    if (-not (Test-Seen $There $Wanted)) {
        Write-Output ('다름: {0}' -f $What)
        foreach ($one in $Wanted) {
            Write-Output ('    ' + ('전제한 값: {0}' -f $one))
        }
        Write-Output ('    ' + ('현재 값: {0}' -f $There))
        $differences.Add($What)
    }
}

# 다른 것이 있으면 아무것도 변경하지 않고 끝냅니다.
function Confirm-Seen {
    param($Seen)
    if ($differences.Count) {
        Save-Seen $Seen
        throw '이 스크립트를 만들 때 전제한 상태와 다른 것이 있어 아무것도 변경하지 않았습니다.'
    }
}

# 아직 변경되지 않았으면 변경하고, 그 값을 다시 읽을 수 있을 때까지 기다립니다.
function Edit-Seen {
    param([string]$What, [string[]]$Wanted, [scriptblock]$Look, [scriptblock]$Change)
    $before = "$(& $Look)"
    Write-Output ('변경 전: {0} = ''{1}''' -f $What, $before)
    if (Test-Seen $before $Wanted) {
        Write-Output ('이전에 완료: {0}' -f $What)
        return
    }
    & $Change | Out-Null
    for ($try = 1; $try -le 12; $try++) {
        if (Test-Seen "$(& $Look)" $Wanted) {
            Write-Output ('완료: {0}' -f $What)
            return
        }
        Start-Sleep -Seconds 5
    }
    foreach ($one in $Wanted) {
        Write-Output ('원하는 값: {0}' -f $one)
    }
    Write-Output ('현재 값: {0}' -f "$(& $Look)")
    Save-Seen (Get-Seen)
    throw ('{0}: 변경했지만 다시 읽은 값이 다릅니다. 기준 구성 도구가 되돌렸을 수 있습니다.' -f $What)
}

# --- 이 스크립트를 만들 때 전제한 상태 ---

Connect-ExchangeOnline -ShowBanner:$false
try {
    $seen = Get-Seen

    Compare-Seen 'support@contoso.example의 PrimarySmtpAddress' ($seen.Mailbox | Get-SeenValue 'PrimarySmtpAddress') 'support@contoso.example'
    Compare-Seen 'support@contoso.example의 종류' ($seen.Mailbox | Get-SeenValue 'RecipientTypeDetails') 'UserMailbox'
    Compare-Seen 'support@contoso.example 계정의 사용 중지 여부' ($seen.Mailbox | Get-SeenValue 'AccountDisabled') '', 'False'
    Compare-Seen 'support@contoso.example의 전달과 복사본을 남기는지 여부' (
        $seen.Mailbox |
        Format-Seen 'ForwardingAddress', 'ForwardingSmtpAddress', 'DeliverToMailboxAndForward'
    ) 'DeliverToMailboxAndForward = ''True''',
        '',
        'ForwardingSmtpAddress = ''smtp:asset@mail-us.imiconnect.io''; DeliverToMailboxAndForward = ''True''',
        'ForwardingSmtpAddress = ''asset@mail-us.imiconnect.io''; DeliverToMailboxAndForward = ''True'''
    Compare-Seen '아웃바운드 정책' (
        $seen.OutboundPolicies |
        Select-Seen 'Name' 'wxmail support@contoso.example' -Not |
        Format-Seen 'Name', 'IsDefault'
    ) 'Name = ''Default''; IsDefault = ''True'''
    Compare-Seen '정책 Default의 자동 전달' ($seen.OutboundPolicies | Select-Seen 'Name' 'Default' | Get-SeenValue 'AutoForwardingMode') 'Automatic', 'Off'
    Compare-Seen '정책 wxmail support@contoso.example의 자동 전달' (
        $seen.OutboundPolicies |
        Select-Seen 'Name' 'wxmail support@contoso.example' |
        Get-SeenValue 'AutoForwardingMode'
    ) '', 'On'
    Compare-Seen '아웃바운드 규칙과 그 순서' (
        $seen.OutboundRules |
        Select-Seen 'Name' 'wxmail support@contoso.example' -Not |
        Format-Seen 'Name', 'State', 'HostedOutboundSpamFilterPolicy', 'From', 'FromMemberOf', 'SenderDomainIs',
                'ExceptIfFrom', 'ExceptIfFromMemberOf', 'ExceptIfSenderDomainIs' -InOrder
    ) ''
    Compare-Seen '아웃바운드 규칙 wxmail support@contoso.example' (
        $seen.OutboundRules |
        Select-Seen 'Name' 'wxmail support@contoso.example' |
        Format-Seen 'State', 'HostedOutboundSpamFilterPolicy', 'From', 'FromMemberOf', 'SenderDomainIs', 'ExceptIfFrom',
                'ExceptIfFromMemberOf', 'ExceptIfSenderDomainIs'
    ) '',
        'State = ''Enabled''; HostedOutboundSpamFilterPolicy = ''wxmail support@contoso.example''; From = ''support@contoso.example'''
    Compare-Seen '원격 도메인' ($seen.RemoteDomains | Format-Seen 'DomainName', 'AutoForwardEnabled') 'DomainName = ''*''; AutoForwardEnabled = ''True'''
    Compare-Seen '사용 중인 메일 흐름 규칙' (
        $seen.TransportRules |
        Select-Seen 'State' 'Enabled' |
        Format-Seen 'Name', 'Mode', 'Conditions', 'Actions', 'Exceptions', 'MessageTypeMatches', 'FromScope', 'SentToScope',
                'RecipientDomainIs', 'ExceptIfRecipientDomainIs', 'HeaderMatchesMessageHeader', 'RejectMessageReasonText',
                'RejectMessageEnhancedStatusCode', 'DeleteMessage', 'Quarantine'
    ) ''
    Compare-Seen '조직의 IsDehydrated' ($seen.OrganizationConfig | Get-SeenValue 'IsDehydrated') 'False'

    Confirm-Seen $seen

    # --- 변경 ---

    # mailbox.smtp-auth
    Edit-Seen 'support@contoso.example의 SmtpClientAuthenticationDisabled' 'False' {
        Get-CASMailbox -Identity 'support@contoso.example' |
            Read-Seen 'SmtpClientAuthenticationDisabled' |
            Get-SeenValue 'SmtpClientAuthenticationDisabled'
    } {
        Set-CASMailbox -Identity 'support@contoso.example' -SmtpClientAuthenticationDisabled $false
    }

    # mailbox.outbound-policy
    Edit-Seen '정책 wxmail support@contoso.example의 자동 전달' 'On' {
        Get-HostedOutboundSpamFilterPolicy |
            Read-Seen 'Name', 'AutoForwardingMode' |
            Select-Seen 'Name' 'wxmail support@contoso.example' |
            Get-SeenValue 'AutoForwardingMode'
    } {
        New-HostedOutboundSpamFilterPolicy -Name 'wxmail support@contoso.example' -AdminDisplayName 'wxmail: lets support@contoso.example forward to Webex Connect' -AutoForwardingMode 'On'
    }

    # mailbox.outbound-rule
    Edit-Seen '아웃바운드 규칙 wxmail support@contoso.example' 'State = ''Enabled''; HostedOutboundSpamFilterPolicy = ''wxmail support@contoso.example''; From = ''support@contoso.example''' {
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
    Edit-Seen 'support@contoso.example의 전달' 'ForwardingSmtpAddress = ''smtp:asset@mail-us.imiconnect.io''; DeliverToMailboxAndForward = ''True''',
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
Write-Output '모두 완료되었습니다. 이 스크립트를 준 사람은 다음 명령으로 계속할 수 있습니다: wxmail setup'
