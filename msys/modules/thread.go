package modules

import "github.com/gomsys/gomsys/msys/bind"

// threadModule lists the functions of the global thread, which package lualib
// makes, in the reference.
func threadModule() *bind.Module {
	return &bind.Module{
		Name: "thread",
		Doc:  "Locks that scripts share. It is a global too, and part of the language library.",
		Described: []bind.Func{
			{
				Name: "mutex", Params: "[type:number]", Returns: "object", Phases: bind.Any,
				Doc: "Makes a lock with the methods lock(), unlock() and trylock(). The type is thread.MUTEX_NORMAL (default), " +
					"thread.MUTEX_RECURSIVE or thread.MUTEX_ERRORCHECK. A session that waits for it lets others run. " +
					"They give true; trylock gives the number 16 (EBUSY) if the lock is taken. Unlocking what is not locked raises.",
				Example: `local mutex = thread.mutex()
mutex:lock()
assert(mutex:trylock() == 16) -- it is taken
mutex:unlock()
assert(mutex:trylock() == true)
mutex:unlock()`,
			},
		},
	}
}
