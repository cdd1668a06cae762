//go:build unix

package signin

import "syscall"

func ownSession() *syscall.SysProcAttr { return &syscall.SysProcAttr{Setsid: true} }

const addressInUse = syscall.EADDRINUSE
