package survey

import (
	"slices"
	"time"

	"earshot/survey/store"
)

// Alarm is a silence of which somebody was told, since the customer came onto a list, and what then became of it; or one of which nobody
// was told before it was beyond doubt. Its id derives from the customer, the list and the day on which the silence began: told again,
// it is the same alarm.
type Alarm struct {
	store.Meta `json:",inline"` // owes effectFollow until followYears have passed
	Telling
	CustomerID CustomerID `json:"customer_id"`
	// RepID, Segment and ValuePerWeek are the customer's when it was told of.
	RepID        RepID   `json:"rep_id"`
	Segment      string  `json:"segment"`
	ValuePerWeek float64 `json:"value_per_week"`

	// ReturnedAt is the first sign of life after the silence, and ReturnedBy what it was; BackAt and BackBy are the first that takes
	// nobody but the customer (see byThemselves). Zero and empty while there is none.
	ReturnedAt time.Time      `json:"returned_at,omitzero"`
	ReturnedBy TouchpointKind `json:"returned_by,omitempty"`
	BackAt     time.Time      `json:"back_at,omitzero"`
	BackBy     TouchpointKind `json:"back_by,omitempty"`
	// AskedAt is when somebody there was first asked after it was told, ContactedAt when we first called, met or wrote to them
	// since that day, SnoozedUntil until when a rep wants to see no more of it, and LeftAt when we learnt that they are lost.
	AskedAt      time.Time `json:"asked_at,omitzero"`
	ContactedAt  time.Time `json:"contacted_at,omitzero"`
	SnoozedUntil time.Time `json:"snoozed_until,omitzero"`
	LeftAt       time.Time `json:"left_at,omitzero"`
	// Arm says what the draw of a pulse with a hold-out decided, which DrawnBy made at DrawnAt; empty where none was made.
	Arm     Arm       `json:"arm,omitempty"`
	DrawnAt time.Time `json:"drawn_at,omitzero"`
	DrawnBy PulseID   `json:"drawn_by,omitempty"`
	// AskedAnyway says that somebody who was held out was asked all the same, by hand or by a pulse to everyone.
	AskedAnyway bool `json:"asked_anyway,omitempty"`
	// Within30 and Within90 say whether they came back by themselves within so many days of the draw.
	Within30 Within `json:"within_30,omitempty"`
	Within90 Within `json:"within_90,omitempty"`

	// Outcome is what has become of it so far, and Mature says that MaturesAt has passed: only then is it counted. Stayed says, of
	// a mature one, that no sign of life but answers came until then.
	Outcome AlarmOutcome `json:"outcome"`
	Mature  bool         `json:"mature"`
	Stayed  bool         `json:"stayed,omitempty"`
	// MissedAt is BeyondDoubt of a customer who is still away and of whom nobody was told before; zero of others.
	MissedAt time.Time `json:"missed_at,omitzero"`
	// FollowedAt is when that was last looked at.
	FollowedAt time.Time `json:"followed_at,omitzero"`
}

// Telling is what was said of a silence when the customer came onto a list.
type Telling struct {
	List List `json:"list"`
	// Begun is the day of the last sign of life before the silence; on the list of the drifting, of buying. Since is when it had
	// become an alarm, and ToldAt when the customer came onto the list; zero where nobody was told.
	Begun  Date      `json:"begun"`
	Since  time.Time `json:"since"`
	ToldAt time.Time `json:"told_at,omitzero"`
	// Late says that it had been an alarm for more than lateTelling then: an old silence of a history that was taken in, say, or of a list
	// that was made longer. Nobody can be told of such in time, so they are counted apart.
	Late bool `json:"late"`
	// Kind is the kind of sign of life that was told of, and Days how many calendar days it had not come.
	Kind TouchpointKind `json:"kind,omitempty"`
	Days int            `json:"days"`
	// Chance is what was said how likely they have left, or stopped buying, 0 to 1, and AtLeast that there was too little history to tell a
	// higher one.
	Chance  float64 `json:"chance"`
	AtLeast bool    `json:"at_least,omitempty"`
	// UsualUntil is the end of the customer's own gaps, of which 97 in 100 are over by then, and BeyondDoubt when the silence is three times
	// as long as these and lasts leastBeyond; each is zero where it is too far ahead to tell. LeadDays is from ToldAt to BeyondDoubt.
	UsualUntil  time.Time `json:"usual_until,omitzero"`
	BeyondDoubt time.Time `json:"beyond_doubt,omitzero"`
	LeadDays    int       `json:"lead_days"`
	// MaturesAt is when what has become of it is taken for settled: after leastMaturity, or at BeyondDoubt where that is later,
	// but mostMaturity at the latest.
	MaturesAt time.Time `json:"matures_at"`
	// Steps are the steps of QuietSteps that the chance has reached, in their order.
	Steps []AlarmStep `json:"steps,omitempty"`
}

// AlarmStep is when a silence reached one of QuietSteps, and the chance that was said then.
type AlarmStep struct {
	Step   float64   `json:"step"`
	Chance float64   `json:"chance"`
	At     time.Time `json:"at"`
}

// AlarmOutcome is what became of an alarm.
type AlarmOutcome string

// The outcomes.
const (
	StillSilent   AlarmOutcome = "silent"    // nothing has come
	BackInUsual   AlarmOutcome = "usual"     // back by themselves within their own 97 % gap: a false alarm
	BackLater     AlarmOutcome = "later"     // back by themselves later than that
	BackContacted AlarmOutcome = "contacted" // back after somebody was asked, called, met or written to
	SaidGoodbye   AlarmOutcome = "left"      // lost by their own word, as the customer's status says
	Corrected     AlarmOutcome = "corrected" // late data show that it was no silence
)

// Arm is what the draw of a hold-out decided.
type Arm string

// The arms.
const (
	ArmAsked   Arm = "asked"
	ArmHeldOut Arm = "held_out"
)

// Within says whether somebody came back within some days; empty while it is too early to tell.
type Within string

// What can be said of it.
const (
	WithinBack Within = "back"
	WithinAway Within = "away"
)

const (
	// ownGaps is the share of a customer's own gaps that a false alarm is measured by. A silence is beyond doubt when it lasts
	// beyondDoubt times as long as these, and leastBeyond days: a quarter, by which companies usually strike off who bought weekly.
	ownGaps     = 0.97
	beyondDoubt = 3.0
	leastBeyond = 90
	// lateTelling is after how long an alarm is told of too late to be one of the list's own.
	lateTelling = 7 * day
	// leastMaturity and mostMaturity bound how long it takes until what became of an alarm is counted.
	leastMaturity = 90 * day
	mostMaturity  = 365 * day
	// followYears is for how many years after it was told an alarm is followed.
	followYears = 2
)

// Indexes of alarms.
const (
	alarmsByCustomer  = "by_customer"
	alarmsByTold      = "by_told"
	alarmsByRep       = "by_rep"
	alarmsByMissed    = "by_missed"
	alarmsByRepMissed = "by_rep_missed"
	alarmsByArm       = "by_arm"
)

var alarmSpec = &store.Spec{
	Name: "alarms",
	New:  func() store.Doc { return new(Alarm) },
	Indexes: []store.Index{
		{Name: alarmsByCustomer, Fields: []string{"customer_id", "told_at"}},
		// With all that reports count, so that they are counted in the index alone.
		{Name: alarmsByTold, Fields: []string{"list", "told_at", "outcome", "mature", "late", "rep_id", "lead_days"}},
		{Name: alarmsByRep, Fields: []string{"list", "rep_id", "told_at", "outcome", "mature", "late", "lead_days"}},
		{Name: alarmsByMissed, Fields: []string{"list", "missed_at", "rep_id"}},
		{Name: alarmsByRepMissed, Fields: []string{"list", "rep_id", "missed_at"}},
		{Name: alarmsByArm, Fields: []string{"arm", "list", "told_at", "rep_id", "within_30", "within_90", "asked_anyway"}, Sparse: true},
	},
	Queue: true,
	Shard: "id",
}

// alarmIDOf returns the id of the alarm of a silence that began on that day.
func alarmIDOf(customer CustomerID, list List, begun Date) string {
	return derivedID("alm", string(customer), string(list), string(begun))
}

// ends says whether a sign of life of that kind ends a silence on the list.
func (l List) ends(k TouchpointKind) bool {
	if l == Drifting {
		return k == Order || k == Payment
	}
	return k.SignOfLife()
}

// followedKinds are the kinds of touchpoints by which an alarm about the list is followed: those that end it, and what we may have done.
func (l List) followedKinds() []TouchpointKind {
	return slices.DeleteFunc(TouchpointKinds(), func(k TouchpointKind) bool { return !l.ends(k) && !contacting(k) })
}

// byThemselves says whether a sign of life takes nobody but the customer. An answer takes our question; and of a call or a meeting nobody
// knows who wanted it, so it counts as ours.
func byThemselves(k TouchpointKind) bool { return k.SignOfLife() && k != Answered && !contacting(k) }

// contacting says whether a touchpoint of that kind may be what we did to win somebody back.
func contacting(k TouchpointKind) bool { return k == Call || k == Meeting || k == EmailOut }
