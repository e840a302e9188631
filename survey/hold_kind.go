package survey

// HoldKind says in a word why a pulse does not ask somebody.
type HoldKind string

// The kinds.
const (
	HeldUnreachable HoldKind = "unreachable" // nobody there can be mailed
	HeldRest        HoldKind = "rest"        // they rest since the last ask
	HeldOpen        HoldKind = "open"        // a question is open
	HeldFailed      HoldKind = "failed"      // a mail did not get through lately
	HeldCrowd       HoldKind = "crowd"       // enough people there were asked lately
	HeldSilence     HoldKind = "silence"     // they were asked in this silence already
	HeldOutOfAsking HoldKind = "held_out"    // kept out of asking, to learn whether it helps
	HeldSnoozed     HoldKind = "snoozed"     // a rep wants them left alone
	HeldPriority    HoldKind = "priority"    // another pulse comes first
	HeldNoRoom      HoldKind = "no_room"     // no mail may go out in the days ahead
)

// HoldKinds lists them in the order in which they are told.
func HoldKinds() []HoldKind {
	return []HoldKind{HeldRest, HeldOpen, HeldUnreachable, HeldFailed, HeldCrowd, HeldSilence, HeldOutOfAsking, HeldSnoozed, HeldPriority, HeldNoRoom}
}
