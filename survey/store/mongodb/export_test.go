package mongodb

// WithMonitor lets tests see the commands themselves.
var WithMonitor = withMonitor
