package access

import (
	"context"

	"earshot/survey"
)

// Viewer says whose customers a rep sees, and on whose they work: by their level, their team, and what the installation shares
// (Options.RepsSee and RepsWork). The customers of nobody are everybody's to see, and to take over.
func (s *Service) Viewer(ctx context.Context, rep *Rep) (survey.Viewer, error) {
	see, work := s.shares(rep)
	var team []survey.RepID
	if rep.TeamID != "" && (see == ShareTeam || work == ShareTeam) {
		var err error
		if team, err = s.membersOf(ctx, rep.TeamID); err != nil {
			return survey.Viewer{}, err
		}
	}
	v := survey.Viewer{Rep: survey.RepID(rep.ID), See: reach(rep, see, team), Work: reach(rep, work, team)}
	if rep.Access == LevelAnalyst {
		v.Work = survey.Reach{}
	}
	return v, nil
}

// shares says what of the customers a rep sees and works on: of a manager or an analyst those of the team, or all where they are in
// none, and see more where every rep does.
func (s *Service) shares(rep *Rep) (see, work Sharing) {
	switch {
	case rep.Access == LevelAdmin:
		return ShareAll, ShareAll
	case rep.Access == LevelRep:
		return s.repsSee, s.repsWork
	case rep.TeamID == "":
		return ShareAll, ShareAll
	}
	see, work = ShareTeam, ShareTeam
	if s.repsSee == ShareAll {
		see = ShareAll
	}
	if s.repsWork == ShareAll {
		work = ShareAll
	}
	return see, work
}

// reach is whose customers are shared so with the rep, whose team these are.
func reach(rep *Rep, shared Sharing, team []survey.RepID) survey.Reach {
	switch shared {
	case ShareAll:
		return survey.Everybodys()
	case ShareTeam:
		if len(team) > 0 {
			return survey.ThoseOf(team...)
		}
	}
	return survey.ThoseOf(survey.RepID(rep.ID))
}
