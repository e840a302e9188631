package inbound

import (
	"fmt"
	"regexp"
	"slices"
	"strconv"

	"earshot/survey/internal/smtpreply"
)

// maxDiagnostic is how many bytes are kept of what a server said.
const maxDiagnostic = 500

var (
	// enhancedCode finds a status code (RFC 3463) that is no part of an IP address or a version.
	enhancedCode = regexp.MustCompile(`(?:^|[^\d.])([45]\.\d{1,3}\.\d{1,3})(?:[^\d.]|\.?$|\.\s)`)
	// replyCode finds a reply code (RFC 5321) where it begins what a server said.
	replyCode = regexp.MustCompile(`(?:^|[^\d.\w-])#?([45][0-5]\d)(?:[ -]|\)|:|$)`)
)

// statusOf returns the reply that a status and a diagnostic come to: the status where it says more than "other", else the more
// precise code in the diagnostic, else the class of the reply code.
func statusOf(status, diagnostic string) smtpreply.Reply {
	r := smtpreply.Reply{Words: diagnostic}
	if found := replyCode.FindStringSubmatch(diagnostic); found != nil {
		r.Code, _ = strconv.Atoi(found[1])
	}
	said, known := enhancedIn(diagnostic)
	if stated, found := enhancedIn(status); found {
		if stated.Detail != 0 || !known || said.Class != stated.Class {
			said = stated
		}
		known = true
	}
	switch {
	case known:
		r.Class, r.Subject, r.Detail = said.Class, said.Subject, said.Detail
	case r.Code != 0:
		r.Class = r.Code / 100
	}
	return r
}

// enhancedIn returns the first enhanced code in text that says more than "other", else the first.
func enhancedIn(text string) (smtpreply.Reply, bool) {
	all := enhancedCode.FindAllStringSubmatch(cut(text, 10*maxField), 20)
	if all == nil {
		return smtpreply.Reply{}, false
	}
	for _, found := range all {
		if r := smtpreply.New(0, found[1]); r.Detail != 0 {
			return r, true
		}
	}
	return smtpreply.New(0, all[0][1]), true
}

// judge returns the failure that a status and what the server said come to. Without any code the words decide.
func judge(status, diagnostic string) Failure {
	r := statusOf(status, diagnostic)
	if r.Class == 0 {
		r.Class = 5
		if passing.MatchString(diagnostic) && (existing.MatchString(diagnostic) || !noMailbox.MatchString(diagnostic)) {
			r.Class = 4
		}
	}
	f := Failure{Status: fmt.Sprintf("%d.%d.%d", r.Class, r.Subject, r.Detail), Diagnostic: oneLine(diagnostic, maxDiagnostic), Permanent: r.Class == 5}
	f.BadAddress = f.Permanent && badAddress(r)
	return f
}

// badAddress says that a reply of class 5 is about a mailbox that does not exist or is closed. Programs give codes carelessly, so words
// that are plain come before them: a full mailbox is reported as 5.1.1, an unknown user as 5.0.0 or 5.7.1.
func badAddress(r smtpreply.Reply) bool {
	r.Words = preface.ReplaceAllString(r.Words, "")
	said, coded := enhancedIn(r.Words)
	if coded && said.Class == r.Class && said.Detail != 0 {
		r.Subject, r.Detail = said.Subject, said.Detail // relays make 5.1.1 of much that is not
	}
	switch {
	case existing.MatchString(r.Words):
		return false
	case wordsDecide(r) && noMailbox.MatchString(r.Words) && !ofSender.MatchString(r.Words):
		return true
	case (r.Subject == 0 || r.Subject == 1 && (!coded || r.Detail == 0)) && refusal.MatchString(r.Words):
		return false // that was a bare 550, of which a relay may have made 5.1.1
	}
	if r.Subject == 0 {
		r.Class = 0 // it says no more than the reply code
	}
	return r.BlamesRecipient(addressing.MatchString(r.Words)) && !ofSender.MatchString(r.Words)
}

// preface is what IronPort puts before any reply of 550.
var preface = alternatives(`5\.1\.0 - unknown address error`)

// wordsDecide says that the code leaves open whether the mailbox exists: it is "other", or one that servers give for anything.
func wordsDecide(r smtpreply.Reply) bool {
	switch r.Subject {
	case 3, 6:
		return r.Detail == 0
	case 7:
		return slices.Contains([]int{0, 1, 13}, r.Detail) // X.7.13 is a disabled account (RFC 5248)
	}
	return true
}

// generic says that nothing is known of the reason.
func (f Failure) generic() bool { return f.Status[1:] == ".0.0" && !f.BadAddress }

// knowing returns the failure as the explanation for people tells it, if that tells more.
func (f Failure) knowing(explanation string) Failure {
	told := judge("", explanation)
	known := !told.generic() || statusOf("", explanation).Class != 0
	if !known || told.Permanent != f.Permanent {
		return f
	}
	told.Recipient = f.Recipient
	if f.Diagnostic != "" {
		told.Diagnostic = f.Diagnostic
	}
	if told.generic() {
		told.Status = f.Status
	}
	return told
}

// What servers say, by what it means. Patterns are of words that many programs share, not of one program's sentences.
var (
	addressing = alternatives(`rcpt`, `recipient address rejected`, `does not like recipient`, `in reply to recipient`)
	ofSender   = alternatives(`\bsender\b`, `return.?path`, `mail from\b`, `from address`, `my name was`, `\b(?:helo|ehlo)\b`, `reverse.?path`)
	refusal    = alternatives(`spam`, `black.?list`, `block.?list`, `\bblocked\b`, `reputation`, `\b(?:spf|dkim|dmarc|rbl|dnsbl|ptr)\b`, `reverse (?:dns|lookup)`,
		`polic(?:y|ies)`, `relay`, `authenti`,
		`not allowed`, `prohibited`, `restricted`)
	existing = alternatives(`temporar`, `not found, try again`, `may not exist`, `mail at a rate`, `quota`,
		`(?:mail)?(?:box|folder|drop) (?:is )?(?:currently )?(?:too )?full`, `full mail ?box`,
		`over (?:the |its |their )?(?:storage|size|disk) ?(?:limit|allocation|space)`,
		`exceed\w*.{0,30}\b(?:storage|quota|space|mailbox size)`, `(?:not enough|insufficient|out of|no) (?:\w+ )?(?:storage|space)`, `too many messages`,
		`(?:postfach|mailbox|konto).{0,20}\bvoll\b`, `bo[iî]te.{0,30}pleine`, `buz[oó]n.{0,30}llen`, `casella.{0,30}piena`, `caixa.{0,30}cheia`, `postvak.{0,10}vol\b`,
		`skrzynka.{0,20}pełn`, `ящик.{0,20}перепол`, `容量|已满|空间不足|いっぱい`)
	passing = alternatives(`timed?.?out`, `connection (?:was )?(?:refused|reset|dropped|failed)`, `(?:queue|queued) too long`, `retry time`, `expired`, `unreachable`,
		`grey.?list`, `try (?:again )?later`, `try again`, `temporar`, `lost connection`, `could(?: not|n.t) (?:be reached|connect|reach)`, `unable to (?:connect|reach)`,
		`not responding`,
		`still (?:being|trying)`, `has been delayed`, `\bquota\b`, `mail(?:box|folder) (?:is )?full`)
	noMailbox = alternatives(
		`\b(?:user|recipient|mail ?box|account|address(?:ee)?|login|alias|local.?part|person|destinataire|destinatario)s?\b[^.;\n]{0,60}?\b(?:unknown|`+
			`not found|(?:could|can)(?:not|n.t| not) be found|`+
			`wasn.t found|does ?n.?o?t (?:exist|have)|not (?:exist|known|recogni[sz]ed|listed|valid|active|present|a local)|nonexist\w*|non-existent|invalid|`+
			`inactive|disabled|deactivated|closed|terminated|`+
			`suspended|discontinued|locked|frozen|expired|deleted|removed|no longer)\b`,
		`\b(?:unknown|no such|no|invalid|non-?exist[ae]nt|inactive|bad|not (?:a|our)(?: known| valid)?|isn.t (?:a|our)(?: known| valid)?|disabled|undefined|incorrect)\b (?:\w+ ){0,2}?`+
			`(?:user|recipients?|mail ?box|account|address(?:es)?|alias|local.?part|person|customer|one)\b`,
		`mail ?box (?:is )?(?:unavailable|inactive|disabled|not available)`, `no mail ?box`, `not (?:listed|present|found)? ?(?:in|on) (?:\w+ )?(?:\w+ )?directory`,
		`rec(?:i?pient|ip)s? ?not ?found`,
		`exrecipnotfound`, `does(?:n.t| not) have an? [\w. ]+account`, `unroute?able (?:address|mail domain)`,
		`no longer (?:exists?|valid|active|available|in (?:use|service)|accept(?:s|ing)|works?|employed|with)`,
		`not accept(?:s|ing) mail`, `recipient (?:not ok|rejected: user)`, `address(?:es)? (?:couldn.t be found|not found)\b`, `\buserid\b`, `invalid domain`,
		`(?:domain|host)(?: name)?\b.{0,80}\b(?:not found|unknown|does(?:n.t| not) exist|nonexistent|couldn.t be found)`, `no such (?:domain|host)`,
		`host(?: is)? unknown`, `unknown (?:host|domain)`, `null mx`, `nxdomain`, `non-existent (?:hosts?|domain)`,
		`lookups? failed permanently`, `unknown (?:local|to)\b`, `user ?unknown`, `unknown ?user`, `misspelled`,
		`(?:empfänger|benutzer|postfach|mailbox|adresse|konto)\S*.{0,60}\b(?:unbekannt|nicht gefunden|existiert nicht|nicht vorhanden|ungültig|gesperrt|`+
			`deaktiviert)`, `unbekannte\w* (?:empfänger|benutzer|adresse)`,
		`(?:destinataire|utilisateur|adresse|bo[iî]te|compte).{0,60}(?:inconnu|introuvable|n.existe pas|invalide|inexistant|désactiv|ferm[ée])`, `n.a pas été trouvée?`,
		`(?:usuario|buz[oó]n|cuenta|direcci[oó]n|destinatario|casilla).{0,60}(?:no existe|desconocid|no (?:se )?(?:ha )?(?:podido )?encontr|inv[aá]lid|`+
			`inexistente|desactivad|deshabilitad)`,
		`(?:utente|casella|indirizzo|destinatario|account).{0,60}(?:sconosciut|inesistente|non (?:esiste|è stato trovato|trovat|valid)|disattivat)`,
		`(?:usuário|caixa|conta|endereço|destinatário|usuario).{0,60}(?:não (?:existe|foi encontrad|encontrad)|desconhecid|inexistente|inválid|desativad)`,
		`(?:gebruiker|ontvanger|adres|postvak).{0,60}(?:onbekend|niet gevonden|bestaat niet|ongeldig)`,
		`(?:użytkownik|skrzynka|adres|odbiorc|konto).{0,60}(?:nie istnieje|nieznan|nie (?:został )?znalezion|nie ma|zablokowan)`,
		`(?:пользовател|ящик|адрес|получател|аккаунт).{0,60}(?:не найден|не существует|неизвест|заблокирован|недоступен|отключ[её]н)`,
		`(?:宛先|ユーザ|アドレス|受信者).{0,40}(?:存在し|見つか|不明|無効)`, `(?:用户|收件人|邮箱|地址).{0,30}(?:不存在|无效|未找到|找不到|禁用)`)
)
