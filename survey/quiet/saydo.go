package quiet

// likelyGone is the chance of having left from which on deeds contradict kind words.
const likelyGone = 0.5

// SayDo compares words and deeds since a customer's last answer.
type SayDo int

// What SayDoGap found.
const (
	InStep    SayDo = iota
	KindWords       // satisfied by their words, leaving by their deeds
	Rescue          // unhappy and still buying
)

// SayDoGap compares an answer (satisfied: top two boxes or a promoter; unhappy: bottom two or a detractor; both false
// in between) with the tail of the activity since then (Model.Slowed) and the chance of having left.
func SayDoGap(satisfied, unhappy bool, slowed, gone float64) SayDo {
	leaving := slowed <= unusual || gone >= likelyGone
	switch {
	case satisfied && leaving:
		return KindWords
	case unhappy && !leaving:
		return Rescue
	}
	return InStep
}
