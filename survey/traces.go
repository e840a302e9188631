package survey

import "time"

// Traces are what is known of how a form was filled in: mail scanners follow links, and some press every button they find.
type Traces struct {
	// Trap is what stood in the field that people do not see.
	Trap string
	// Elapsed is the time between the page and the form; 0 where it is not known.
	Elapsed time.Duration
	// Staff is who of ours has logged in in the browser; empty is nobody.
	Staff RepID
}

// The least time in which a person can answer: find the button of a page that opened with the score preselected, and read
// each further question. Programs take some milliseconds.
const (
	leastTime      = 400 * time.Millisecond
	leastTimeExtra = 250 * time.Millisecond
)

// suspicion says why so many answers seem to be a machine's; empty if they do not.
func (t Traces) suspicion(answers int) string {
	switch {
	case t.Staff != "":
		return byStaff
	case t.Trap != "":
		return "a field that people do not see was filled in"
	case t.Elapsed > 0 && t.Elapsed < leastTime+time.Duration(max(answers-1, 0))*leastTimeExtra:
		return "it was answered faster than a person can"
	}
	return ""
}

// confirm refuses what ends an ask or all mail, if a machine seems to have sent it or nothing is known of how: it can be
// sent once more. Answers of that kind are set aside instead, for answers can wait until somebody has looked at them.
func (t Traces) confirm() error {
	if t.suspicion(1) == "" && t.Elapsed > 0 {
		return nil
	}
	return (&refusal{reason: "press the button once more, so that we know that a person did", confirmable: true}).asError()
}
