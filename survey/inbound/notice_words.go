package inbound

// How mail servers call themselves, and how they say that a mail was not delivered. Patterns are of words that many programs share, in
// the languages in which mail servers answer.
var (
	systemAddress = alternatives(`^(?:mail(?:er)?[-_.]?d(?:a|ae)mon|m?daemon|post[-_]?master\w*|mail[-_.]?(?:delivery|system|admin\w*|er|master|router|`+
		`gateway|notification)s?|mta|bounces?|microsoftexchange[0-9a-f]+|`+
		`ndr|dsn|undeliver\w*|returned-?mail|maileradmin|abuse-?daemon|complaints?-?daemon|amavis\w*|double-?bounce|mail-?bounce|system-?admin\w*|mmdf|uucp)$`, `mailer-?daemon`)
	systemName = alternatives(`mail(?:er)?.?(?:delivery|daemon|system|administrator|router|gateway)`, `delivery (?:sub)?system`,
		`delivery (?:report|notification|status)`, `system.?administrator`,
		`post ?master`, `microsoft outlook`, `microsoft exchange`, `mail transport`, `message transport`, `bounce (?:mail|handler|system|daemon|notification)`,
		`internet mail`, `administrateur système`, `administrador del sistema`, `почтов(?:ая|ой) систем`,
		`mail security`, `email delivery`)
	bounceSubject = alternatives(`^[^\p{L}\p{N}]*(?:\[[^\]]*\][^\p{L}\p{N}]*|\*+\w+\*+[^\p{L}\p{N}]*)*(?:` +
		`undeliver(?:ed|able|y)|un-?deliverable|returned (?:e?-?mail|to sender|message|because)|(?:e-?)?mail (?:delivery|could not|couldn.t|system error|` +
		`error|failure|failed|returned|not delivered|undeliver|status)|` +
		`delivery (?:status|fail\w*|has|report|notification|problem|error|unsuccessful|delay\w*|to|incomplete|failure)|fail(?:ure|ed)(?: to)? (?:notice|` +
		`delivery|deliver|mail)|non.?deliver\w*|(?:could|can)(?:not| not|n.t) (?:be deliver|send|deliver)|` +
		`warning: (?:message|could|delayed|e?-?mail)|message (?:delivery|undeliver|not deliver|could not|not sent|delayed|frozen|returned|status|` +
		`you sent blocked)|delayed (?:mail|delivery|message)|your (?:e?-?mail|message)\b.{0,60}\b(?:not|undeliver|fail|reject|return|delay|could)|` +
		`ndn\b|ndr\b|rejected\b|bounced?\b|permanent (?:delivery|error|failure)|notice: mail delivery|notification d.état|sorry, your message|` +
		`there was an error sending|user unknown|address (?:change|error)|postmaster notify|nondelivery|error sending|problem delivering|` +
		`unzustellbar|nicht zustellbar|fehler (?:bei der|beim)|zustell(?:ung|fehler)|nachricht nicht|ihre (?:nachricht|e-?mail).{0,40}nicht|non remis|` +
		`non distribu|[ée]chec d|retour de|remise|notification d|message non|` +
		`no (?:se puede|se pudo|entregad|entregable)|devuelto|devolu|correo (?:no|devuelto)|error (?:de|en la|al) (?:entrega|envi)|fallo|` +
		`notificación de(?:l)? (?:estado|entrega|error)|mensaje no|não entregue|não foi|falha (?:na|de|no)|erro (?:na|de|ao)|mensagem (?:não|devolvida)|` +
		`non recapitabile|mancat[ao]|impossibile|consegna|notifica|messaggio non|onbestelbaar|niet (?:bezorgd|bestelbaar)|bezorging|niedostarcz|nie (?:można|` +
		`dostarczono|udało)|zwrot|недостав|не (?:удалось|удаётся|удается|доставлено)|ошибка доставки|уведомление о|сообщение не|` +
		`配信(?:不能|エラー|できません|失敗)|送信(?:エラー|できません)|メール(?:配信|が|エラー)|無法|无法|未(?:送达|传递|投递)|退信|系统退信|投递失败|郵件|olevererbar|kan (?:inte|ikke)|ej levererat|meddelelsen|` +
		`nedoru[cč]iteln|doru[cč]ení|kézbesíthetetlen|teslim edilemedi|toimit|mesaj)`)
	bounceWords = alternatives(`this is the (?:qmail|mail ?(?:system|delivery|er)|postfix|e?-?mail|sendmail|smtp|\S+ program)`, `created automatically by (?:the )?mail`,
		`message that you sent (?:could|has|was|contained)`,
		`(?:could|can|was|were|has)(?: ?n.t|not| not) (?:yet )?(?:be|been)? ?(?:successfully )?(?:delivered|sent|relayed|accepted)`,
		`deliver\w* (?:\w+ ){0,2}(?:to|for) (?:the |these |one or more of its )?(?:following |listed )?(?:\w+ )?(?:recipient|address|destination)\S*(?: \w+)? (?:has |`+
			`have )?(?:been )?(?:failed|delayed|aborted)`,
		`did not reach`, `delivery (?:has )?failed`, `undeliver`, `return(?:ed|ing) (?:the |your |to )*(?:message|mail|sender)`,
		`un(?:able|successful)\w* (?:to |in )?(?:deliver|send)`, `wasn.t delivered`, `following address(?:es)?\S* (?:had|failed|has|have)`,
		`permanent (?:fatal )?(?:error|failure)`, `failed permanently`, `giving up on`,
		`(?:message|mail|it)\b.{0,60}\b(?:was|has been|were|is) (?:not delivered|rejected|refused|bounced|blocked|returned|delayed|undeliver)`,
		`(?:address|user|recipient|mailbox|account)\S{0,2} (?:was |is |were )?(?:not found|unknown|rejected|couldn.t be found)`, `transcript of session`,
		`reason for (?:the )?(?:failure|non)`, `no transport provider`, `(?:failed|error|problem)\w*\b.{0,30}\b(?:deliver|sending|recipient)`,
		`could(?: ?n.t|not| not) (?:deliver|send)`, `remote host said`, `delivery (?:error|problem|attempts?|status)`, `cannot (?:be )?deliver`, `\b5\d\d[ -]5\.\d\.\d`,
		`user (?:is )?unknown`, `no such user`, `disk quota`, `mailbox full`,
		`nicht (?:zugestellt|übermittelt|ausgeliefert|zustellbar|erreich|versendet|gesendet)`, `unzustellbar`,
		`n.(?:a|ont) pas (?:pu )?(?:être|été)? ?(?:remis|distribu|délivr|livr|envoy|achemin)`, `échec de`,
		`no (?:se )?(?:ha |pudo |puede |pud\w+ )?(?:podido )?(?:ser )?entreg`, `non (?:è stato|ha potuto|è possibile|può).{0,30}(?:recapit|consegn|invi)`,
		`impossibile (?:recapit|consegn|invi)`,
		`não (?:pôde|foi|pode|p[oô]de).{0,20}entreg`, `niet (?:\w+ ){0,2}(?:bezorgd|afgeleverd|verzonden|afleveren|bezorgen)`,
		`nie (?:może|mogła|można|została|udało).{0,30}dostarcz`, `не (?:может|могло|было|удалось|была|удаётся).{0,40}доставл`, `не доставлено|недоставлен`,
		`配信(?:不能|できません|されません|に失敗)|届け(?:ることができ|られ)ません|送信できません|配達`, `无法(?:投递|送达|传递|发送)|投递失败|退信`,
		`kunde inte (?:levereras|skickas)`, `kunne ikke (?:leveres|sendes)`, `nelze doručit|nebyla? doručen`, `nem (?:sikerült|lehetett) kézbesít`, `teslim edilemedi`)
	lateSubject = alternatives(`delay`, `warning: (?:message|could)`, `still being retried`, `verzöger`, `verspät`, `retard`, `retras`, `ritard`, `atras`, `vertraag`,
		`opóźni`, `задерж|отложен`, `遅延|延迟|延遲`, `försena|forsinke`)
	lateWords = alternatives(`this is a warning`, `still be(?:ing)? (?:re)?tr(?:ied|ying)`, `delivery attempts will continue`,
		`(?:do not|don.t) need to (?:resend|re-send)`, `(?:will|to) (?:continue|keep) (?:to )?(?:try|attempt|retry)`, `has been delayed`, `not yet been delivered`,
		`will (?:be retried|retry|try again)`, `noch nicht zugestellt`, `wird weiter(?:hin)? versucht`)
	final = alternatives(`giv(?:ing|en) up`, `failed permanently`, `permanent (?:fatal )?(?:error|fail)`, `not (?:going|be able) to (?:try|retry)`,
		`will not be retried`, `no further attempt`)
)
