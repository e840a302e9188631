package analytics_test

import (
	"testing"

	"earshot/analytics"
	"earshot/survey"
)

// TestSharesOfAlarmsByHand leaves out of each share who does not belong in it: who waits, and of those caught who came back.
func TestSharesOfAlarmsByHand(t *testing.T) {
	t.Parallel()
	c := survey.AlarmCounts{Told: 50, Waiting: 10, BackInUsual: 6, BackLater: 4, BackContacted: 12, StillSilent: 15, SaidGoodbye: 3, Missed: 6, Late: 99}
	if got := analytics.FalseShare(c); got.Value != 0.25 || got.N != 40 {
		t.Errorf("false alarms: got %v of %d, want 10 of 40", got.Value, got.N)
	}
	if got := analytics.CaughtShare(c); got.Value != 0.75 || got.N != 24 {
		t.Errorf("told of in time: got %v of %d, want 18 of 24", got.Value, got.N)
	}
	r := &survey.AlarmReport{Asked: survey.ArmCounts{Of30: 40, Back30: 10, Of90: 30, Back90: 15}, HeldOut: survey.ArmCounts{Of30: 8, Back30: 1, Of90: 6, Back90: 3}}
	asking := analytics.AskingOf(r)
	if len(asking) != 2 || asking[0].Days != 30 || asking[0].Asked.N != 40 || asking[0].HeldOut.N != 8 || asking[1].Days != 90 || asking[1].Asked.Value != 0.5 {
		t.Errorf("asking: got %+v, want both sides within 30 and 90 days", asking)
	}
}
