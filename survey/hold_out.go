package survey

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/binary"
	"time"
)

// KeptOut is why a pulse does not ask in a silence that is held out.
const KeptOut = "kept out of asking, to learn whether asking helps"

func holdOut(silence time.Time) *refusal {
	return &refusal{kind: HeldOutOfAsking, reason: KeptOut, heldOut: silence}
}

// drawn says that a draw decides whether the plan is asked.
func (p *askPlan) drawn() bool { return p.pulse != nil && p.pulse.HoldOut > 0 && !p.silence.IsZero() }

// heldOut says that the plan is not asked since its silence is held out.
func (p *askPlan) heldOut() bool { return p.refused != nil && !p.refused.heldOut.IsZero() }

// drawnOut says whether the customer's silence since then is among that share, in percent, which is held out. It is drawn once: the
// same silence gives the same, at each run, of each pulse, and whoever runs it. Who is held out at one share is so at each larger
// one.
func (s *Service) drawnOut(silence time.Time, id CustomerID, percent int) bool {
	draw := hmac.New(sha256.New, []byte("hold-out"))
	draw.Write([]byte(string(id) + " " + s.day(silence).String()))
	return binary.BigEndian.Uint64(draw.Sum(nil))%100 < uint64(percent)
}

// HeldOut says whether the customer's silence since then (see Service.silentSince) is kept out of asking, by whichever pulse drew that.
func (l *AskLog) HeldOut(silence time.Time) bool {
	for _, h := range l.Held {
		if !h.HeldOut.IsZero() && h.HeldOut.Equal(silence) {
			return true
		}
	}
	return false
}
