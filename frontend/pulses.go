package frontend

import (
	"time"

	"earshot/survey"
)

// PulsesPage lists the pulses.
type PulsesPage struct {
	Shell
	Rows []PulseRow
	// New leads to the form; empty where the rep may not.
	New string
}

// PulseRow is one pulse in the list.
type PulseRow struct {
	Name   string
	URL    string
	Survey string
	// Lists are the lists whose customers it asks; none where it asks everyone.
	Lists   []survey.List
	Segment string
	// Schedule says in words when it runs, e.g. "Monday to Friday at 9:00, Europe/Berlin" (see Schedule).
	Schedule string
	Paused   bool
	NextAt   time.Time
	Run      survey.PulseRun
}

// PageTitle names the page.
func (PulsesPage) PageTitle() string { return "Pulses" }

func (PulsesPage) template() string { return "pulses" }

// PulseFormPage adds or changes a pulse, with the form made by PulseForm.
type PulseFormPage struct {
	Shell
	// Name is the pulse's, or empty for a new one.
	Name   string
	Back   Link
	Form   Form
	Delete *Action
}

// PageTitle names the page.
func (p PulseFormPage) PageTitle() string {
	if p.Name == "" {
		return "New pulse"
	}
	return "Edit " + p.Name
}

func (PulseFormPage) template() string { return "pulse_form" }

// PulsePage is one pulse with its last run: who was asked, who was held and why.
type PulsePage struct {
	Shell
	PulseRow
	SurveyURL string
	DailyCap  int
	RestDays  int
	// AnswerDays is how long a link takes answers.
	AnswerDays int
	// NoSuchSegment says that no customer is in the segment now.
	NoSuchSegment bool
	// HoldOut is the percentage of silences that are kept out of asking.
	HoldOut int
	// Priority says which pulse asks whom several want.
	Priority survey.Priority
	// Edit, Toggle (pause or resume) and RunNow are empty or nil where the rep may not.
	Edit   string
	Toggle *Action
	RunNow *Action
	// Standings tell how many of its mails stand where, all together first, and lead to them.
	Standings []Link
	// Asked and Held are the last run's, in part; their pagers lead on.
	Asked      []InvitationRow
	AskedPager Pager
	Held       []HeldRow
	HeldPager  Pager
}

// heldWords say why some were not asked, behind their number.
var heldWords = map[survey.HoldKind]string{
	survey.HeldRest:        "at rest since an earlier question",
	survey.HeldOpen:        "with a question that is still open",
	survey.HeldUnreachable: "without anybody who can be mailed",
	survey.HeldFailed:      "whose last mail did not get through",
	survey.HeldCrowd:       "where enough people were asked lately",
	survey.HeldSilence:     "asked in this silence already",
	survey.HeldOutOfAsking: "kept out of asking",
	survey.HeldSnoozed:     "whom a rep wants left alone",
	survey.HeldPriority:    "left to a pulse that comes first",
	survey.HeldNoRoom:      "for whom there was no room in the days ahead",
}

// NobodyAsked says that the run is over and asked nobody, though nothing kept it from going on.
func (p PulsePage) NobodyAsked() bool {
	return !p.Run.FinishedAt.IsZero() && p.Run.Asked == 0 && p.Run.Problem == ""
}

// HeldBecause tells how many the run did not ask for which reason.
func (p PulsePage) HeldBecause() []string {
	var told []string
	for _, kind := range survey.HoldKinds() {
		if n := p.Run.Reasons[kind]; n > 0 {
			told = append(told, number(n)+" "+heldWords[kind])
		}
	}
	return told
}

// HeldRow is a customer that a pulse did not ask.
type HeldRow struct {
	Customer Link
	At       time.Time
	// Reason says why in a sentence; Until is when the ask can be made, zero if time alone does not help.
	Reason string
	Until  time.Time
	// KeptOut says that they are kept out of asking for as long as this silence lasts.
	KeptOut bool
}

// PageTitle names the page.
func (p PulsePage) PageTitle() string { return p.Name }

func (PulsePage) template() string { return "pulse" }
