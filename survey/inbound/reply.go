package inbound

import (
	"regexp"
	"strings"
	"unicode/utf8"
)

// maxText is how many characters are kept of what a person wrote.
const maxText = 10_000

// personal says that a person wrote the mail: it has a sender who is one, and says something or answers a mail.
func (l *letter) personal() bool {
	return l.from != "" && (!l.fromSystem() || passedOn.MatchString(l.subject)) && (l.said != "" || l.answers())
}

// written returns what was written by whoever sent the mail: the text without what it quotes and without the signature. People write
// above what they quote, below it or between its lines.
func written(text string) string {
	lines := strings.Split(strings.ReplaceAll(text, "\t", " "), "\n")
	var kept []string
	signed := false
	for i := 0; i < len(lines); i++ {
		line := strings.TrimRight(lines[i], " ")
		if quotes(line) {
			signed = false
			continue
		}
		if beginsOriginal(lines[i:]) {
			break
		}
		if span := attribution(lines[i:]); span > 0 {
			if !quoteFollows(lines[i+span:]) {
				break
			}
			i += span - 1
			continue
		}
		// A signature ends where quoted lines begin: who writes below has their own at the end.
		signed = signed || signature.MatchString(lines[i])
		if !signed && !device.MatchString(line) {
			kept = append(kept, line)
		}
	}
	return strings.TrimSpace(manyEmpty.ReplaceAllString(strings.Join(kept, "\n"), "\n\n"))
}

var manyEmpty = regexp.MustCompile(`\n{3,}`)

// quotes says that the line is quoted (RFC 3676, 4.5).
func quotes(line string) bool {
	line = strings.TrimLeft(line, " ")
	return strings.HasPrefix(line, ">") || strings.HasPrefix(line, "|>")
}

// quoteFollows says that the next line that is not empty is quoted.
func quoteFollows(lines []string) bool {
	for _, line := range lines {
		if strings.TrimSpace(line) != "" {
			return quotes(line)
		}
	}
	return false
}

// attribution returns how many lines an attribution takes up ("On Monday Ana wrote:"), 0 if the first begins none. Programs fold it.
func attribution(lines []string) int {
	joined := ""
	for n := 0; n < len(lines) && n < maxAttribution; n++ {
		line := strings.TrimSpace(lines[n])
		if line == "" || len(line) > maxField {
			return 0
		}
		joined = strings.TrimSpace(joined + " " + line)
		if n == 0 && !beginsAttribution.MatchString(joined) {
			return 0
		}
		if !endsAttribution.MatchString(joined) {
			continue // which costs less than to ask the many patterns of each line
		}
		if attributes.MatchString(joined) || introduces.MatchString(joined) && quoteFollows(lines[n+1:]) {
			return n + 1
		}
	}
	return 0
}

// maxAttribution is over how many lines an attribution is folded.
const maxAttribution = 4

// beginsOriginal says that the mail that is answered begins here with its header, as Outlook and those who do as it does put it:
// three fields of it close together, who sent it among them, or a line of dashes and words before them.
func beginsOriginal(lines []string) bool {
	line := strings.TrimSpace(lines[0])
	if originalLine.MatchString(line) {
		return true
	}
	if !fromLine.MatchString(line) && !fieldLine.MatchString(line) && !dashedLine.MatchString(line) {
		return false
	}
	count, from := 0, false
	for _, next := range lines[:min(len(lines), maxFieldLines)] {
		next = strings.TrimSpace(next)
		sender := fromLine.MatchString(next)
		if from = from || sender; sender || fieldLine.MatchString(next) {
			count++
		}
	}
	return from && count >= 3
}

// maxFieldLines is within how many lines the fields of a quoted header stand.
const maxFieldLines = 8

var (
	// signature is the delimiter (RFC 3676, 4.3), also where its blank was lost.
	signature = regexp.MustCompile(`^--\s*$`)
	// device finds what telephones put below a mail.
	device = alternatives(`^(?:sent|get outlook|gesendet|von meinem|envoyé|enviado|inviato|verzonden|wysłane|skickat|sendt|отправлено|iphoneから|`+
		`发自我的)\b?.{0,40}\b(?:iphone|ipad|android|samsung|galaxy|mobile|smartphone|outlook|handy|blackberry|huawei|gmx|web\.de|mail app|yahoo)\b.{0,40}$`,
		`^get outlook for\b.{0,80}$`, `^iPhoneから送信`, `^发自我的`)

	beginsAttribution = alternatives(`^(?:-+ on|on|in data|am|le|el|il|em|op|w dniu|dnia|dne|den|på|pe|в|на|в\s|\d|[\p{L}]{2,4}[.,] \d|[\p{L}]+, \d|.{1,60}[<@].*)`)
	endsAttribution   = regexp.MustCompile(`(?:[:：-]|wrote)$`)
	attributes        = alternatives(
		`^on\b.{4,300}\bwrote\s*:$`, `^(?:-+ )?on\b.{10,300}@.{2,100}\bwrote(?: -+)?$`, `^.{0,100}\d.{0,150}<[^<>\s]+@[^<>\s]+>\)?\s*[:：]$`,
		`^.{0,200}(?:@|\d).{0,200}\bwrote\s*:$`, `^am\b.{4,300}\bschrieb\b.{0,200}:$`, `^.{0,200}(?:@|\d).{0,200}\bschrieb(?: am)?\b.{0,200}:$`,
		`^.{0,200}\bschrieb am \d.{0,200}:$`, `^le\b.{4,300}\ba écrit\s*:$`, `^el\b.{4,300}\bescribi[oó]\s*:$`, `^(?:il|in data)\b.{4,300}\bha scritto\s*:$`,
		`^(?:em|a)\b.{4,300}\bescreveu\s*:$`, `^op\b.{4,300}\bschreef\b.{0,200}:$`, `^.{4,300}\bhet volgende geschreven\s*:$`,
		`^(?:w dniu|dnia|.{0,20}\d).{4,300}\b(?:napisał(?:\(a\)|a)?|pisze)\s*:$`, `^(?:den|på|.{0,20}\d).{4,300}\bskrev\b.{0,200}:$`,
		`^.{4,300}(?:пишет|написал|написала|написал\(а\)|пише)\s*:$`,
		`^.{4,300}\bnapsala?(?:\(a\))?\s*:$`, `^.{4,300}\sírta(?: ezt)?\b.{0,200}:$`, `^.{4,300}\bkirjoitti\b.{0,200}:$`, `^.{4,300}\ba scris\s*:$`,
		`^.{4,300}\b(?:yazdı|şunu yazdı)\s*:$`, `^.{4,300}έγραψε\s*:$`, `^.{4,300}(?:写道|写到|寫道)\s*[:：]$`, `^.{4,300}(?:のメール|は書きました|さんが書きました)\s*[:：]$`,
		`^.{4,300}(?:작성|님이 작성)\s*[:：]$`,
		`^ב.{4,300}כתב\s*.{0,100}:$`, `^في .{4,300}كتب\s*.{0,100}:$`)
	// introduces finds an attribution in any language, if a quote follows: it tells who or when, or that they wrote, and ends with a colon.
	introduces   = alternatives(`(?:@|\d[:.h]\d\d).*[:：]$`, `\b(?:wrote|schrieb|a écrit|escribi[oó]|ha scritto|escreveu|schreef|skrev)\s*:$`)
	dashedLine   = regexp.MustCompile(`^[-=]{3,}(?:\s*[\p{L}'’ .]{3,40}\s*[-=]{3,})?$`)
	originalLine = alternatives(`^-{2,}\s*(?:(?:original|forwarded|reply) message|original appointment|ursprüngliche (?:nachricht|e-?mail)|`+
		`original-?nachricht|weitergeleitete nachricht|message (?:d'origine|d’origine|original|transféré|initial)|mensaje (?:original|reenviado)|`+
		`messaggio (?:originale|inoltrato)|mensagem (?:original|encaminhada)|oorspronkelijk bericht|doorgestuurd bericht|`+
		`(?:wiadomość|oryginalna|pierwotna|treść) (?:oryginalna|wiadomość|przekazanej).{0,20}|original(?:meddelande|meddelelse)|opprinnelig melding|`+
		`oprindelig meddelelse|(?:исходное|пересылаемое|первоначальное) сообщение|původní zpráva|eredeti üzenet|alkuperäinen viesti|mesaj original|原始邮件|原始郵件|转发邮件|`+
		`元のメッセージ|original mail|원본 메일).{0,20}-{2,}`, `^_{20,}$`, `^begin forwarded message:`, `^anfang der weitergeleiteten nachricht:`,
		`^-{2,}\s*(?:reply|in reply to|on)\b.{0,200}\bwrote`)
	fromLine  = alternatives(`^[^\p{L}]{0,3}(?:from|von|de|da|van|od|fra|från|lähettäjä|feladó|kimden|от|від|发件人|寄件者|差出人|送信者|보낸 ?사람|מאת|من|από|expéditeur)[^\p{L}]{0,3}[:：]`)
	fieldLine = alternatives(`^[^\p{L}]{0,3}(?:sent|date|to|cc|subject|gesendet|datum|an|betreff|envoyé(?: le)?|à|objet|sujet|copie à|message du|` +
		`enviado(?: el)?|fecha|para|asunto|inviato|data|a|oggetto|enviada(?: em)?|assunto|verzonden|aan|onderwerp|wysłano|do|temat|skickat|till|ämne|sendt|til|emne|` +
		`lähetetty|vastaanottaja|aihe|odesláno|komu|předmět|küldve|címzett|tárgy|gönderildi|kime|konu|` +
		`отправлено|дата|кому|тема|发送时间|日期|收件人|抄送|主题|主旨|送信日時|日時|宛先|件名|보낸 ?날짜|받는 ?사람|제목|נשלח|אל|נושא|تاريخ|إلى|الموضوع)[^\p{L}]{0,3}[:：]`)
)

// cutLetters returns at most so many characters of text.
func cutLetters(text string, most int) string {
	if utf8.RuneCountInString(text) <= most {
		return text
	}
	n := 0
	for at := range text {
		if n == most {
			return strings.TrimSpace(text[:at])
		}
		n++
	}
	return text
}
