package quiet

const (
	// keyShare is the share of a customer's activity from which on a contact matters to the whole relation.
	keyShare = 0.4
	// contactGone is the chance of having left from which on a silent contact counts as lost.
	contactGone = 0.8
	// singleWithin is the number of days within which a contact must have been active to count as a thread.
	singleWithin = 90
)

// Voice is one person inside a customer.
type Voice struct {
	State    State
	Gone     float64 // chance that this contact has fallen silent for good
	Departed bool    // hard bounce, "no longer with us", change of address
}

// Shares returns every contact's discounted share of the customer's activity; they sum to 1 if anybody was active.
func Shares(voices []Voice) []float64 {
	out := make([]float64, len(voices))
	sum := 0.0
	for i, v := range voices {
		if v.State.Events > 0 {
			out[i] = v.State.N + 1
			sum += out[i]
		}
	}
	for i := range out {
		if sum > 0 {
			out[i] /= sum
		}
	}
	return out
}

// LostContacts returns the indices of contacts who carried at least 40 % of the activity and are gone or departed while
// somebody else at the customer is still there.
func LostContacts(voices []Voice) []int {
	var out []int
	shares := Shares(voices)
	for i, v := range voices {
		if shares[i] < keyShare || !v.lost() {
			continue
		}
		for j, other := range voices {
			if j != i && other.State.Events > 0 && !other.lost() {
				out = append(out, i)
				break
			}
		}
	}
	return out
}

func (v Voice) lost() bool { return v.Departed || v.Gone >= contactGone }

// SingleThreaded says whether exactly one contact was active within the last 90 days.
func SingleThreaded(voices []Voice, now Day) bool {
	active := 0
	for _, v := range voices {
		if v.State.Events > 0 && !v.Departed && now-v.State.Last <= singleWithin {
			active++
		}
	}
	return active == 1
}
