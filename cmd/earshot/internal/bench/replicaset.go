package main

import (
	"errors"
	"time"

	"earshot/cmd/earshot/internal/bench/bare"
	"earshot/survey/store/mongodb/mongotest"
)

// members is how many mongod make the replica set: the least of which a majority survives the loss of one.
const members = 3

// sizes are those of a small production server: three of them and Earshot share one machine.
var sizes = mongotest.Sizes{CacheGB: 1, OplogMB: 2048}

// replicaSet is three mongod on this machine, on data that ends with them.
type replicaSet struct {
	*mongotest.ReplicaSet
	admin *bare.Admin
}

// startReplicaSet starts the members and returns when there is a primary.
func startReplicaSet() (*replicaSet, error) {
	set, err := mongotest.Launch(members, sizes)
	if err != nil {
		return nil, err
	}
	admin, err := bare.OpenAdmin(set.URI())
	if err != nil {
		return nil, errors.Join(err, set.End())
	}
	return &replicaSet{set, admin}, nil
}

// cpu is the processor time of all members so far.
func (r *replicaSet) cpu() (time.Duration, error) {
	var total time.Duration
	for _, m := range r.Members() {
		one, err := cpuOf(m.PID())
		if err != nil {
			return 0, err
		}
		total += one
	}
	return total, nil
}

// stop ends the members.
func (r *replicaSet) stop() error { return errors.Join(r.admin.Close(), r.End()) }
