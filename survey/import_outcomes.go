package survey

import (
	"errors"
	"strings"

	"earshot/survey/table"
)

// passedOverError says why a row of a file is no record, in a clause: it is counted, and nothing is wrong with it.
type passedOverError struct{ reason string }

// Error returns the clause.
func (e *passedOverError) Error() string { return e.reason }

// passOver returns that a row is passed over.
func passOver(reason string) error { return &passedOverError{reason} }

// passedFor returns why a row is passed over; empty if it is not.
func passedFor(err error) string {
	var passed *passedOverError
	if errors.As(err, &passed) {
		return passed.reason
	}
	return ""
}

// The reasons for which rows are passed over.
const (
	outcomeFailed    = "the payment failed"
	outcomePending   = "it was not paid yet"
	outcomeDraft     = "it had not happened yet"
	outcomeCancelled = "it was cancelled"
	outcomeRefunded  = "it was given back in full"
	outcomeDisputed  = "the money was charged back"
	outcomeDuplicate = "it is marked as a duplicate"
	outcomeTest      = "it was a test"
	outcomeReserved  = "the money was only reserved"
	outcomeNegative  = "its worth is negative: something was taken back"
	outcomeNoSign    = "it is money between the service and you, and nothing that the customer did"
	outcomeSum       = "it is a sum of other rows"
	outcomeLine      = "it is a further line of a number that stands above"
	outcomeByHand    = "its value is one that you chose to pass over"
)

// outcomeWords are words for what became of a payment or an order, folded by headingKey. Those that are not here stand for something that
// happened.
var outcomeWords = wordsFor(map[string]string{
	outcomeFailed: "failed failure declined error unsuccessful rejected blocked requirespaymentmethod paymentfailed fehlgeschlagen abgelehnt gescheitert echoue echouee refuse refusee fallido rechazado notpaid " +
		"paymentdeclined bounced rucklastschrift geplatzt returnedunpaid invalid",
	outcomePending: "pending incomplete processing requiresaction requiresconfirmation requirescapture expected ausstehend enattente pendiente pendingpayment awaitingpayment incompleteexpired open offen unpaid unbezahlt",
	outcomeDraft: "draft abandoned checkoutdraft entwurf brouillon borrador prospecting qualification needsanalysis valueproposition iddecisionmakers perceptionanalysis proposalpricequote proposal negotiationreview negotiation appointmentscheduled " +
		"qualifiedtobuy presentationscheduled decisionmakerboughtin contractsent qualifizierung verhandlung angebotsphase quote offer angebot expired abgelaufen caducado expire scheduled planned geplant noshow nichterschienen",
	outcomeCancelled: "cancelled canceled void voided annulled storniert storno abgebrochen annule annulee cancelado cancelada anulado anulada trash deleted geloscht reversed revoked withdrawn closedlost lost verloren abgeschlossenundverloren geschlossenverloren perdu perdido",
	outcomeRefunded: "refunded refund returned erstattet gutschrift retoure ruckerstattung creditnote rembourse remboursee avoir reembolsado devuelto devolucion abono chargerefunded paymentrefund refundfailure " +
		"fullyrefunded vollstandigerstattet",
	outcomeDisputed:  "disputed dispute chargeback chargedback disputelost inquiry ruckbuchung widersprochen angefochten conteste impaye contracargo disputado paymentreversal",
	outcomeDuplicate: "duplicate duplicated double doppelt dublette duplikat doublon duplicado",
	outcomeTest:      "test testorder testpayment testmode sandbox testbestellung prueba",
	outcomeReserved:  "uncaptured authorised authorized requirescapturing reserved reserviert autorisiert autorise autorizado",
})

// happenedWords are words for what happened and stands; what is neither among these nor above is asked for.
var happenedWords = wordsFor(map[string]string{
	valueTake: "paid complete completed succeeded success successful settled captured closed won closedwon solved resolved fulfilled shipped delivered done active bezahlt abgeschlossen erledigt geschlossen gewonnen " +
		"versendet geliefert gelost onhold inbearbeitung partiallyrefunded partiallypaid teilweiseerstattet paye payee termine terminee gagne pagado completado ganado cerrado",
})

// noSignOfLife are the types of rows in accounts of payment services that no customer did something in.
var noSignOfLife = wordsFor(map[string]string{
	outcomeNoSign: "payout stripefee fee fees gebuhr auszahlung transfer adjustment topup payoutfailure applicationfee networkcost taxfee contribution currencyconversion withdrawal generalwithdrawal",
})

// wordsFor returns for each word of lists of words what the list stands for.
func wordsFor(lists map[string]string) map[string]string {
	all := map[string]string{}
	for meaning, words := range lists {
		for word := range strings.FieldsSeq(words) {
			all[word] = meaning
		}
	}
	return all
}

// unsettled are the outcomes that do not matter to what is no payment: what was ordered is a sign of life before it is paid.
var unsettled = map[string]bool{outcomePending: true, outcomeReserved: true}

// always are the outcomes that matter to whatever kind of touchpoint, a ticket or a call as well.
var always = map[string]bool{outcomeCancelled: true, outcomeDuplicate: true, outcomeTest: true, outcomeDraft: true, outcomeByHand: true}

// outcome returns why a row of touchpoints of that kind is passed over; nil if what it tells of happened, and stands.
func (j *importJob) outcome(r table.Row, kind TouchpointKind) error {
	if j.settled {
		return nil
	}
	reason := j.outcomeIn(r, kind)
	if back := j.takenBack(r); reason == "" {
		reason = back
	}
	if s := j.cell(r, fieldKind); reason == "" && s != "" {
		if _, known := kindOf(s); !known {
			reason = outcomeWords[headingKey(s)]
		}
		if _, chosen := j.byHand(fieldKind, s); chosen {
			reason = ""
		}
		if reason == "" {
			reason = noSignOfLife[headingKey(s)]
		}
	}
	if reason == "" {
		return nil
	}
	return passOver(reason)
}

// outcomeIn reads the column that tells in a word what became of it.
func (j *importJob) outcomeIn(r table.Row, kind TouchpointKind) string {
	s := j.cell(r, fieldOutcome)
	if s == "" {
		return ""
	}
	reason, known := outcomeWords[headingKey(s)]
	known = known || happenedWords[headingKey(s)] != ""
	if reason == outcomePending && dealHeading(j.options.Mapping[fieldOutcome]) {
		reason = outcomeDraft // what was ordered counts before it is paid, but an open deal is no order
	}
	if kind != Payment && unsettled[reason] || kind != Payment && kind != Order && !always[reason] {
		reason = ""
	}
	if meant, chosen := j.byHand(fieldOutcome, s); chosen {
		reason = map[string]string{valuePassOver: outcomeByHand}[meant]
	}
	j.count(fieldOutcome, s, outcomeMeaning(reason), known)
	return reason
}

// dealHeading says whether a heading is that of what became of deals.
func dealHeading(heading string) bool {
	key := headingKey(heading)
	return strings.HasPrefix(key, "deal") || strings.Contains(key, "opportunity") || strings.Contains(key, "stage") || strings.Contains(key, "phase")
}

// outcomeMeaning is how a preview calls what becomes of a row with such a word.
func outcomeMeaning(reason string) string {
	if reason != "" {
		return valuePassOver
	}
	return valueTake
}

// takenBack reads the columns that tell by themselves that something was taken back or did not happen.
func (j *importJob) takenBack(r table.Row) string {
	if s := j.cell(r, fieldCancelled); s != "" {
		if yes, known := yesOrNo[headingKey(s)]; yes || !known {
			return outcomeCancelled
		}
	}
	if yes, known := yesOrNo[headingKey(j.cell(r, fieldCaptured))]; known && !yes && j.cell(r, fieldCaptured) != "" {
		return outcomeReserved
	}
	if s := j.cell(r, fieldTest); s != "" && j.isTest(s) {
		return outcomeTest
	}
	back, given := j.numbers.Read(j.cell(r, fieldRefunded))
	worth, told := j.numbers.Read(j.cell(r, fieldValue))
	switch {
	case given && told && back != 0 && worth > 0 && max(back, -back) >= worth:
		return outcomeRefunded
	case !given && yesOrNo[headingKey(j.cell(r, fieldRefunded))] && j.cell(r, fieldRefunded) != "":
		return outcomeRefunded
	}
	return ""
}

// isTest reads a column that tells of tests: yes, or test, or in one of the mode that is live no.
func (j *importJob) isTest(s string) bool {
	yes := yesOrNo[headingKey(s)]
	if strings.Contains(headingKey(j.options.Mapping[fieldTest]), "live") {
		return !yes
	}
	return yes || headingKey(s) == "test"
}

// sumWords begin the rows below a table that add it up.
var sumWords = map[string]bool{
	"sum": true, "total": true, "totals": true, "grandtotal": true, "subtotal": true, "summe": true, "gesamt": true, "gesamtsumme": true, "zwischensumme": true, "insgesamt": true, "endsumme": true,
	"somme": true, "totaux": true, "totalgeneral": true, "soustotal": true, "suma": true, "totale": true, "average": true, "durchschnitt": true, "count": true, "anzahl": true,
}

// isSumWord says whether a cell begins a sum: Total, Grand Total (12 records).
func isSumWord(s string) bool {
	bare, _, _ := strings.Cut(s, "(")
	return sumWords[headingKey(strings.TrimRight(bare, ": "))]
}

// isSum says whether a row adds up the others: its first word says so, and nothing but numbers stands beside it.
func (j *importJob) isSum(r table.Row) bool {
	word, numbers := false, 0
	for _, f := range r.Fields {
		s := string(f)
		switch {
		case s == "":
		case !word && numbers == 0 && isSumWord(s):
			word = true
		default:
			if _, ok := j.numbers.Read(s); !ok {
				return false
			}
			numbers++
		}
	}
	return word && numbers > 0
}
