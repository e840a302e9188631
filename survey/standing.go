package survey

import "slices"

// MailDetail says more of the state of a mail, in a word.
type MailDetail string

// The details of states. Documents of older versions have none: their mails stand where the state alone says.
const (
	Deferred         MailDetail = "deferred"   // queued: a try failed, and there will be another
	Held             MailDetail = "held"       // queued: until a mail server takes mails again
	Paced            MailDetail = "paced"      // queued: for its turn, since limits bound how many mails go out
	Braked           MailDetail = "braked"     // queued: until an admin lets mails go, for too many ended badly
	KeptDetail       MailDetail = "kept"       // accepted: kept here, for no mail server is set
	ComplainedOf     MailDetail = "complained" // accepted: somebody reported it as spam
	RepliedTo        MailDetail = "replied"    // accepted: somebody answered by mail
	SuppressedDetail MailDetail = "suppressed" // withheld: the address must not be mailed
	Stale            MailDetail = "stale"      // withheld: it was too late for it, or it had become pointless
	ByHandDetail     MailDetail = "by_hand"    // withheld: somebody said so
)

// Standing is where a mail stands, and an invitation by its mails, as people speak of it: its state and the detail of that. Each invitation has one, so that
// their counts add up to the number of invitations.
type Standing string

// The standings, in the order of a mail's way.
const (
	StandsPlanned    Standing = "planned"
	StandsDeferred   Standing = "deferred"
	StandsHeld       Standing = "held"
	StandsPaced      Standing = "paced"
	StandsBraked     Standing = "braked"
	StandsSending    Standing = "sending"
	StandsAccepted   Standing = "accepted"
	StandsReplied    Standing = "replied"
	StandsComplained Standing = "complained"
	StandsBounced    Standing = "bounced"
	StandsRefused    Standing = "refused"
	StandsUncertain  Standing = "uncertain"
	StandsSuppressed Standing = "suppressed"
	StandsStale      Standing = "stale"
	StandsWithheld   Standing = "withheld"
	StandsKept       Standing = "kept"
	StandsLink       Standing = "link"
)

// standing is a row of the table of standings: details are those with which the state is called so.
type standing struct {
	name    Standing
	state   MailState
	details []MailDetail
}

// standings is the table of them all. A detail that is in no row is taken for none.
var standings = []standing{
	{StandsPlanned, MailQueued, []MailDetail{""}},
	{StandsDeferred, MailQueued, []MailDetail{Deferred}},
	{StandsHeld, MailQueued, []MailDetail{Held}},
	{StandsPaced, MailQueued, []MailDetail{Paced}},
	{StandsBraked, MailQueued, []MailDetail{Braked}},
	{StandsSending, MailSending, []MailDetail{""}},
	{StandsAccepted, MailAccepted, []MailDetail{""}},
	{StandsReplied, MailAccepted, []MailDetail{RepliedTo}},
	{StandsComplained, MailAccepted, []MailDetail{ComplainedOf}},
	{StandsBounced, MailBounced, []MailDetail{""}},
	{StandsRefused, MailRefused, []MailDetail{""}},
	{StandsUncertain, MailUncertain, []MailDetail{""}},
	{StandsSuppressed, MailWithheld, []MailDetail{SuppressedDetail}},
	{StandsStale, MailWithheld, []MailDetail{Stale}},
	{StandsWithheld, MailWithheld, []MailDetail{"", ByHandDetail}},
	{StandsKept, MailAccepted, []MailDetail{KeptDetail}},
	{StandsLink, MailNone, []MailDetail{""}},
}

// standingsIn are the standings of mails in a state, as values to search for.
func standingsIn(state MailState) (names []any) {
	for _, row := range standings {
		if row.state == state {
			names = append(names, string(row.name))
		}
	}
	return names
}

// Standings lists where mails may stand, in the order of their way.
func Standings() []Standing {
	all := make([]Standing, len(standings))
	for i, row := range standings {
		all[i] = row.name
	}
	return all
}

// Standing is where the mails of the invitation stand together.
func (i *Invitation) Standing() Standing { return i.foremost().Standing() }

// Standing is where the mail stands.
func (m *Mail) Standing() Standing { return standingOf(m.State, m.Detail) }

// standingOf names a state with its detail.
func standingOf(state MailState, detail MailDetail) Standing {
	found := Standing("")
	for _, row := range standings {
		if row.state != state {
			continue
		}
		if slices.Contains(row.details, detail) {
			return row.name
		}
		if found == "" || slices.Contains(row.details, "") {
			found = row.name
		}
	}
	return found
}

// detail tells a mail that was kept from one that a server took.
func (o Outcome) detail() MailDetail {
	if o.Reply == keptReply {
		return KeptDetail
	}
	return ""
}
