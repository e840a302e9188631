package access

import "slices"

// Level is what a rep may do.
type Level string

// The levels of access.
const (
	// LevelAnalyst reads: customers, answers and figures, and changes nothing but the own account.
	LevelAnalyst Level = "analyst"
	// LevelRep works on customers: records, asks by hand and follows up.
	LevelRep Level = "rep"
	// LevelManager works on the customers of a team, or of all where they are in none, and decides what a rep may not.
	LevelManager Level = "manager"
	// LevelAdmin does everything: also surveys, pulses, reps, API keys and imports.
	LevelAdmin Level = "admin"
)

// Levels lists the levels, from who may least.
func Levels() []Level { return []Level{LevelAnalyst, LevelRep, LevelManager, LevelAdmin} }

// Covers says whether the level may what another one may.
func (l Level) Covers(other Level) bool {
	return slices.Index(Levels(), l) >= slices.Index(Levels(), other)
}

// Sharing is whose customers a rep sees or works on besides those that belong to nobody.
type Sharing string

// What an installation may choose.
const (
	ShareOwn  Sharing = "own"  // their own
	ShareTeam Sharing = "team" // those of their team
	ShareAll  Sharing = "all"  // everybody's
)

// Sharings lists them, from what shares least.
func Sharings() []Sharing { return []Sharing{ShareOwn, ShareTeam, ShareAll} }

// Within says whether all that is shared so is also shared by another choice.
func (x Sharing) Within(other Sharing) bool {
	return slices.Index(Sharings(), x) <= slices.Index(Sharings(), other)
}

// What an installation has where it says nothing: everybody sees, and a rep works on what is theirs.
const (
	DefaultRepsSee  = ShareAll
	DefaultRepsWork = ShareOwn
)
