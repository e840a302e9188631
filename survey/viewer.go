package survey

import "slices"

// NoRep stands, in a filter, for nobody: the customers that belong to no rep.
const NoRep RepID = "none"

// Reach is whose customers somebody sees, or works on: everybody's, or those of some reps. The zero Reach is nobody's at all.
type Reach struct {
	all  bool
	reps []RepID
}

// Everybodys reaches all customers.
func Everybodys() Reach { return Reach{all: true} }

// ThoseOf reaches the customers of these reps, and those that belong to no rep, whom anybody may take over.
func ThoseOf(reps ...RepID) Reach { return Reach{reps: append([]RepID{""}, reps...)} }

// All says that the reach is everybody's customers.
func (r Reach) All() bool { return r.all }

// Has says whether customers of that rep are in reach; empty is no rep.
func (r Reach) Has(owner RepID) bool { return r.all || slices.Contains(r.reps, owner) }

// Reps are the reps whose customers are in reach, where that is not everybody.
func (r Reach) Reps() []RepID {
	return slices.DeleteFunc(slices.Clone(r.reps), func(id RepID) bool { return id == "" })
}

// Owned tells whose something is that belongs to a customer.
type Owned struct {
	// Rep is whose the customer is now; empty is nobody's.
	Rep RepID
	// Then is whose the customer was when an invitation was made, or what was answered to it: who asked for it goes on seeing it.
	Then RepID
}

// Viewer is somebody of ours who looks at customers and works on them: one rule for all that belongs to one.
type Viewer struct {
	Rep RepID
	// See is whose customers they see, Work those among them on whom they work: record, ask, change.
	See, Work Reach
}

// Sees says whether they may know of it. To others it is as if it were not there.
func (v Viewer) Sees(x Owned) bool { return v.See.Has(x.Rep) || x.Then != "" && v.See.Has(x.Then) }

// Works says whether they may do something about it, which goes by whose the customer is now.
func (v Viewer) Works(x Owned) bool { return v.See.Has(x.Rep) && v.Work.Has(x.Rep) }
