package survey

import (
	"context"
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
	row := suppressionRow{SuppressionInput: SuppressionInput{Email: j.cell(r, fieldEmail), Note: j.cell(r, fieldNote)}}
	at, err := j.timeIn(r, fieldDate)
	problems := []error{err}
	row.at = at
	for _, o := range optOuts {
		out, at, err := j.optedOut(r, o.field)
		if problems = append(problems, err); out && row.Reason == "" {
			row.Reason = o.reason
			if !at.IsZero() {
				row.at = at
			}
		}
	}
	told, err := wordIn(j, r, fieldReason, reasonOf, SuppressionReasons())
	if problems = append(problems, err); told != nil && row.Reason == "" {
		row.Reason, row.mailable = *told, *told == ""
	}
	if row.at.After(now) {
		problems = append(problems, InvalidField(fieldDate, "must not lie in the future"))
	}
	row.mailable = row.mailable || told == nil && row.Reason == "" && j.tellsOptOuts()
	return row, joinFields(problems...)
}

// timeIn reads the moment in a field's column; zero where there is none.
func (j *importJob) timeIn(r table.Row, field string) (time.Time, error) {
	s := j.cell(r, field)
	if s == "" {
		return time.Time{}, nil
	}
	at, problem := j.dates.Read(s)
	if problem != "" {
		return time.Time{}, InvalidField(field, "%s, not %s", problem, quoted(s))
	}
	return at, nil
}

// optedOut reads whether a field's column tells of an opt-out, and when; at is zero where it says only yes.
func (j *importJob) optedOut(r table.Row, field string) (out bool, at time.Time, err error) {
	s := j.cell(r, field)
	if yes, ok := yesOrNo[headingKey(s)]; ok || s == "" {
		return yes, time.Time{}, nil
	}
	if at, err = j.timeIn(r, field); err != nil {
		return false, at, InvalidField(field, "must be a date, yes or no, not %s", quoted(s))
	}
	return true, at, nil
}

// yesOrNo are words for either, folded by headingKey. What holds neither letters nor digits, such as a dash, is no.
var yesOrNo = map[string]bool{
	"yes": true, "y": true, "true": true, "1": true, "x": true, "ja": true, "j": true, "wahr": true, "oui": true, "vrai": true, "si": true, "s": true, "verdadero": true,
	"": false, "no": false, "n": false, "false": false, "0": false, "nein": false, "falsch": false, "non": false, "faux": false, "never": false, "null": false, "falso": false,
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
	"subscribed": "", "active": "", "confirmed": "", "optedin": "", "optin": "", "angemeldet": "", "aktiv": "", "abonne": "", "actif": "", "suscrito": "", "activo": "",
}

// reasonOf returns the reason that s means; none of those who may be mailed.
func reasonOf(s string) (SuppressionReason, bool) {
	return wordOf(s, SuppressionReasons(), suppressionWords)
}
