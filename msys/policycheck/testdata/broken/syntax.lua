local x = 
if then
