package inbound

import (
	"regexp"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"
)

// cameToStop says that the mail came to an address at which one asks not to be mailed any more, and does not only report to it.
func (l *letter) cameToStop(to []string) bool {
	return !l.nullSender() && !absent.MatchString(l.subject) && slices.ContainsFunc(to, func(address string) bool {
		local, _, _ := strings.Cut(strings.ToLower(address), "@")
		return strings.Contains(local, "unsubscribe")
	})
}

// asksToStop says that a text begins with a line that asks to stop, and that little follows it, as a name does. Where more follows, or
// the sentence goes on, somebody says what is to stop, and is to be read.
func asksToStop(text string) bool {
	line, rest, _ := strings.Cut(strings.TrimSpace(text), "\n")
	if !stops(line) {
		return false
	}
	rest = cut(strings.TrimSpace(rest), maxField)
	count := len(words(rest)) + len(unspaced.FindAllString(rest, -1))/2
	begins, _ := utf8.DecodeRuneInString(rest)
	goesOn := unicode.IsLower(begins) && count > 1
	return count <= maxSigned && !goesOn
}

// maxSigned is how many words may follow.
const maxSigned = 5

// unspaced finds letters of scripts that put no blanks between words, of which two are some word.
var unspaced = regexp.MustCompile(`[\p{Han}\p{Hiragana}\p{Katakana}\p{Thai}]`)

// stops says that a line is a word that asks to stop and nothing else, behind "Re:" at most. Somebody who writes a sentence in which the
// word stands is answering, and is to be read.
func stops(line string) bool {
	for {
		rest := passedOn.ReplaceAllString(line, "")
		if rest == line {
			break
		}
		line = rest
	}
	return slices.Contains(stopWords, strings.Join(words(cut(line, maxField)), " "))
}

// words returns the words of a text in lower case, without those that are polite.
func words(text string) []string {
	letters := func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsMark(r) }
	return slices.DeleteFunc(strings.FieldsFunc(strings.ToLower(text), letters), func(w string) bool { return slices.Contains(polite, w) })
}

// polite are the words that may stand beside.
var polite = []string{"please", "bitte", "me", "mich", "merci", "por", "favor", "per", "favore", "pls", "svp", "thanks", "danke", "gracias", "grazie"}

// stopWords ask to stop, in lower case, without what is polite.
var stopWords = []string{"unsubscribe", "un subscribe", "unsubscribed", "opt out", "optout", "stop", "remove", "remove from list", "unsubscribe from list", "list unsubscribe",
	"abmelden", "abmeldung", "abbestellen", "austragen", "abmelden newsletter", "newsletter abmelden", "newsletter abbestellen",
	"désabonner", "desabonner", "désinscrire", "desinscrire", "désabonnement", "désinscription", "désabonnez moi", "désinscrivez moi", "désabonnez", "se désabonner", "stop mail",
	"baja", "dar de baja", "darse de baja", "darme de baja", "cancelar suscripción", "cancelar suscripcion", "cancelar inscrição", "descadastrar", "cancelar", "remover",
	"cancellami", "cancellare", "cancellazione", "disiscrivimi", "disiscrizione", "disiscrivi", "annulla iscrizione", "rimuovi", "rimuovere",
	"afmelden", "uitschrijven", "afmelding", "wypisz", "wypisz się", "rezygnuję", "anuluj subskrypcję", "avregistrera", "avsluta", "avprenumerera", "afmeld", "meld av", "avmeld", "peru tilaus",
	"odhlásit", "odhlasit", "leiratkozás", "leiratkozom", "dezabonare", "aboneliği iptal et", "отписаться", "отписка", "отпишите меня", "отписать", "відписатися", "配信停止", "解除", "退会", "購読解除", "退订", "取消订阅", "取消訂閱", "退訂", "수신거부", "إلغاء الاشتراك"}
