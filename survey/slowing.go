package survey

// SlowOneIn is how rare a slowing must be to be told of: at most one in so many customers whose pace is steady looks so in a quarter.
const SlowOneIn = 100
