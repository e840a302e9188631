package survey

import (
	"context"
	"strings"
	"time"

	"earshot/survey/table"
)

// suppressionRow is one row of a file of addresses that must not be mailed.
type suppressionRow struct {
	SuppressionInput
	// at is since when; zero: now.
	at time.Time
	// mailable says that the row tells of an address that may be mailed, as far as the file knows: nothing is done about it.
	mailable bool
}

// suppressionRules reads files of addresses that must not be mailed; by is the import.
func (s *Service) suppressionRules(j *importJob, by SuppressedBy) importRules[suppressionRow] {
	return importRules[suppressionRow]{
		batch: importBatch,
		parse: func(r table.Row) (suppressionRow, error) { return j.suppression(r, s.now()) },
		write: func(ctx context.Context, rows []suppressionRow) func() []RowResult {
			results := s.putSuppressions(ctx, rows, by, false)
			return func() []RowResult { return results }
		},
		dry: func(ctx context.Context, rows []suppressionRow) []RowResult {
			return s.putSuppressions(ctx, rows, by, true)
		},
	}
}

// optOuts are the fields that tell of an opt-out each, the gravest first: the person's own word before what a server said.
var optOuts = []struct {
	field  string
	reason SuppressionReason
}{{fieldComplained, Complained}, {fieldUnsubscribed, Unsubscribed}, {fieldBounced, HardBounce}}

// tellsOptOuts says whether the file has columns of its own for opt-outs, so that a row without any is none.
func (j *importJob) tellsOptOuts() bool {
	for _, o := range optOuts {
		if j.columns[o.field] >= 0 {
			return true
		}
	}
	return false
}

// suppression reads one row.
func (j *importJob) suppression(r table.Row, now time.Time) (suppressionRow, error) {
	row := j.told(r, fieldReason, now)
	row.Email, row.Note = j.cell(r, fieldEmail), j.noteIn(r, maxSuppressionNote)
	row.mailable = row.mailable || row.Reason == "" && j.tellsOptOuts() && j.cell(r, fieldReason) == ""
	if row.Reason == "" && !row.mailable {
		row.Reason = ByHand
	}
	return row, nil
}

// optOut reads what a row about a contact tells of whether they may be mailed; without a reason if they may, as far as the file knows.
func (j *importJob) optOut(r table.Row, now time.Time) suppressionRow {
	row := j.told(r, fieldMailStatus, now)
	if s := j.cell(r, fieldConsent); row.Reason == "" && s != "" {
		if may, known := yesOrNo[headingKey(s)]; known && !may {
			row.Reason, row.Note = ByHand, j.options.Mapping[fieldConsent]+": "+s
		}
	}
	return row
}

// told reads the columns that tell of an opt-out each, and the one that names the reason.
func (j *importJob) told(r table.Row, reason string, now time.Time) suppressionRow {
	row := suppressionRow{at: j.timeIn(r, fieldDate)}
	for _, o := range optOuts {
		if out, at := j.optedOut(r, o.field); out && row.Reason == "" {
			row.Reason = o.reason
			if !at.IsZero() {
				row.at = at
			}
		}
	}
	cell, meaning, known := j.meant(r, reason)
	switch {
	case cell == "" || row.Reason != "":
	case !known && reason == fieldReason:
		j.warn(reason, "must be one of %s, not %s", joined(SuppressionReasons()), quoted(cell))
	case meaning == "" && known, meaning == valuePassOver, meaning == valueTake:
		row.mailable = true
	case known:
		row.Reason = SuppressionReason(meaning)
	}
	if row.at.After(now) {
		j.warn(fieldDate, "must not lie in the future")
		row.at = time.Time{}
	}
	if row.Reason == "" {
		row.at = time.Time{}
	}
	return row
}

// optedOut reads whether a field's column tells of an opt-out, and when; at is zero where it says only yes. What is neither a date, yes nor no
// is taken for yes: rather one too many is not mailed.
func (j *importJob) optedOut(r table.Row, field string) (out bool, at time.Time) {
	s := j.cell(r, field)
	key := headingKey(s)
	if yes, ok := yesOrNo[key]; ok || s == "" {
		return yes, time.Time{}
	}
	if barred, ok := allowWords[key]; ok {
		return barred, time.Time{}
	}
	if field == fieldBounced && (strings.HasPrefix(key, "soft") || key == "none" || key == "keine") {
		return false, time.Time{}
	}
	at, problem := j.readTime(field, s)
	if problem != "" {
		if field != fieldBounced { // why a mail bounced is told in many words
			j.warn(field, "must be a date, yes or no, not %s; they are not mailed", quoted(s))
		}
		return true, time.Time{}
	}
	return true, at
}

// yesOrNo are words for either, folded by headingKey. What holds neither letters nor digits, such as a dash, is no.
var yesOrNo = map[string]bool{
	"yes": true, "y": true, "true": true, "1": true, "x": true, "ja": true, "j": true, "wahr": true, "oui": true, "vrai": true, "si": true, "s": true, "verdadero": true, "on": true, "checked": true, "tak": true, "da": true, "sim": true,
	"": false, "no": false, "n": false, "false": false, "0": false, "nein": false, "falsch": false, "non": false, "faux": false, "never": false, "null": false, "falso": false, "off": false, "unchecked": false, "nie": false, "nao": false, "000": false, "00000000": false, "00000000000000": false,
}

// allowWords are what columns say that forbid in their heading and allow or not in their cells, to whether they forbid.
var allowWords = map[string]bool{
	"allow": false, "allowed": false, "zulassen": false, "erlauben": false, "erlaubt": false, "autoriser": false, "permitir": false,
	"donotallow": true, "notallowed": true, "disallow": true, "nichtzulassen": true, "nichterlauben": true, "nichterlaubt": true, "nepasautoriser": true, "nopermitir": true,
}

// suppressionWords are other words for the reasons, folded by headingKey; those without one may be mailed.
var suppressionWords = map[string]SuppressionReason{
	"unsubscribe": Unsubscribed, "unsubscribes": Unsubscribed, "optout": Unsubscribed, "optedout": Unsubscribed, "unsub": Unsubscribed, "inactive": Unsubscribed,
	"abgemeldet": Unsubscribed, "abmeldung": Unsubscribed, "ausgetragen": Unsubscribed, "desinscrit": Unsubscribed, "desabonne": Unsubscribed, "baja": Unsubscribed,
	"complained": Complained, "complaints": Complained, "spam": Complained, "spamreport": Complained, "spamcomplaint": Complained, "abuse": Complained,
	"markedasspam": Complained, "beschwerde": Complained, "plainte": Complained, "queja": Complained,
	"bounce": HardBounce, "bounced": HardBounce, "bounces": HardBounce, "hardbounced": HardBounce, "cleaned": HardBounce, "invalid": HardBounce, "undeliverable": HardBounce,
	"permanent": HardBounce, "unzustellbar": HardBounce, "ungultig": HardBounce, "rejete": HardBounce, "rebotado": HardBounce,
	"manual": ByHand, "manually": ByHand, "manualsuppression": ByHand, "suppressed": ByHand, "blocked": ByHand, "blacklisted": ByHand, "blocklisted": ByHand, "other": ByHand,
	"manuell": ByHand, "gesperrt": ByHand, "bloque": ByHand, "bloqueado": ByHand, "sonstige": ByHand, "autre": ByHand, "otro": ByHand,
	"blocklist": ByHand, "blacklist": ByHand, "donotmail": ByHand, "nonsubscribed": ByHand, "notsubscribed": ByHand, "nevercontacted": "", "unconfirmed": ByHand, "notconfirmed": ByHand, "pending": ByHand, "disabled": ByHand, "nichtbestatigt": ByHand, "unbestatigt": ByHand,
	"optedoutofemail": Unsubscribed, "withdrawn": Unsubscribed, "deactivated": Unsubscribed, "signedoff": Unsubscribed, "abbestellt": Unsubscribed, "widerrufen": Unsubscribed, "reportedspam": Complained, "junk": Complained, "softbounce": "", "softbounced": "", "enabled": "", "registered": "", "bestatigt": "", "abonniert": "", "marketingcontact": "", "transactional": "",
	"subscribed": "", "active": "", "confirmed": "", "optedin": "", "optin": "", "angemeldet": "", "aktiv": "", "abonne": "", "actif": "", "suscrito": "", "activo": "",
}

// reasonOf returns the reason that s means; none of those who may be mailed.
func reasonOf(s string) (SuppressionReason, bool) {
	return wordOf(s, SuppressionReasons(), suppressionWords)
}
