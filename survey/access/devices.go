package access

import (
	"context"
	"errors"
	"time"

	"earshot/survey"
	"earshot/survey/internal/secret"
	"earshot/survey/store"
)

// DeviceLength is how long a browser is known after a log-in in it.
const DeviceLength = 365 * 24 * time.Hour

const (
	// deviceRenewed is what is left of that when the next log-in makes it known anew.
	deviceRenewed = DeviceLength / 2
	// devicesKept is how many a rep has; further ones take the places of the oldest. Programs that log in keep no cookies.
	devicesKept = 20
)

// deviceOf returns the device of that token if it is known at the account, else nil.
func (s *Service) deviceOf(ctx context.Context, token, account string) (*Device, error) {
	device, err := s.storedDevice(ctx, token)
	if device == nil || err != nil || device.Account != account {
		return nil, err
	}
	return device, nil
}

// storedDevice returns the device of that token while it is known, else nil. Of what is no token of ours the store is not asked.
func (s *Service) storedDevice(ctx context.Context, token string) (*Device, error) {
	if len(token) != secret.Length {
		return nil, nil
	}
	device, err := s.db.devices.Get(ctx, secret.Hash(token))
	switch {
	case errors.Is(err, store.ErrNotFound):
		return nil, nil
	case err != nil:
		return nil, err
	case !s.now().Before(device.ExpiresAt):
		return nil, nil
	}
	return device, nil
}

// DeviceRep returns whose browser it is that holds the token, who need not be logged in there now; empty where it is nobody's.
func (s *Service) DeviceRep(ctx context.Context, token string) (survey.RepID, error) {
	device, err := s.storedDevice(ctx, token)
	if device == nil || err != nil {
		return "", err
	}
	return device.RepID, nil
}

// trust makes a browser known at a rep's account and returns its token; one that is known for long yet keeps the token.
func (s *Service) trust(ctx context.Context, rep *Rep, token string) (string, error) {
	known, err := s.deviceOf(ctx, token, rep.EmailKey)
	if err != nil {
		return "", err
	}
	now := s.now()
	if known != nil && known.RepID == survey.RepID(rep.ID) && known.ExpiresAt.Sub(now) > deviceRenewed {
		return token, nil
	}
	if err := s.forgetDevices(ctx, survey.RepID(rep.ID), devicesKept-1); err != nil {
		return "", err
	}
	fresh := secret.New(s.random)
	return fresh, s.db.devices.Insert(ctx, &Device{
		Meta: store.Meta{ID: secret.Hash(fresh)}, RepID: survey.RepID(rep.ID), Account: rep.EmailKey,
		CreatedAt: now, ExpiresAt: now.Add(DeviceLength),
	})
}

// forgetDevices forgets a rep's devices but for so many of the latest.
func (s *Service) forgetDevices(ctx context.Context, id survey.RepID, keep int) error {
	var known []*Device
	for device, err := range s.db.devices.All(ctx, store.Query{Index: devicesByRep, Equal: []any{string(id)}}) {
		if err != nil {
			return err
		}
		known = append(known, device)
	}
	return s.dropDevices(ctx, known[:max(len(known)-keep, 0)])
}

// dropDevices forgets these; one that somebody else has forgotten already is as good.
func (s *Service) dropDevices(ctx context.Context, devices []*Device) error {
	outcomes, err := s.db.devices.DeleteAll(ctx, devices)
	for _, outcome := range outcomes {
		if outcome != nil && !errors.Is(outcome, store.ErrConflict) {
			err = errors.Join(err, outcome)
		}
	}
	return err
}
